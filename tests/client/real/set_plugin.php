<?php
// php set_plugin.php ROOT ORIGIN: switches the plugin on, sets it up as its page would, and holds one script of a theme.
error_reporting(E_ALL & ~E_DEPRECATED);
ini_set('display_errors', 'stderr');
[, $root, $origin] = $argv;
$_SERVER['HTTP_HOST'] = '127.0.0.1';
$_SERVER['REQUEST_URI'] = '/';
require "$root/wp-load.php";
require_once ABSPATH . 'wp-admin/includes/plugin.php';
require_once ABSPATH . 'wp-admin/includes/template.php';
$wrong = activate_plugin('zweck/zweck.php');
if ($wrong) {
    exit($wrong->get_error_message());
}
$refused = Zweck\cleaned(['origin' => 'privacy example', 'language' => 'deutsch']);
if ($refused !== ['origin' => '', 'language' => '']) {
    exit('took what is no address');
}
update_option('zweck', Zweck\cleaned(['origin' => "$origin/", 'language' => '']));
$status = wp_insert_post(['post_type' => 'page', 'post_status' => 'publish', 'post_title' => 'Measured?', 'post_name' => 'measured',
    'post_content' => '<!-- wp:shortcode -->[zweck_status][zweck_choices]<!-- /wp:shortcode -->', 'post_author' => 1]);
// What WordPress asks of commentators is its own matter and judged elsewhere.
foreach (get_posts(['numberposts' => -1, 'post_type' => 'any']) as $post) {
    wp_update_post(['ID' => $post->ID, 'comment_status' => 'closed']);
}
file_put_contents("$root/wp-content/mu-plugins/held.php", <<<'PHP'
<?php
add_action('wp_enqueue_scripts', function () {
    wp_enqueue_script('counting', home_url('/counting.js'), [], null, true);
    wp_add_inline_script('counting', '(window.ran ||= []).push("inline")', 'after');
    zweck_hold('counting', 'measurement');
});
PHP);
file_put_contents("$root/counting.js", '(window.ran ||= []).push("counting"); document.cookie = "counted=1; path=/";');
