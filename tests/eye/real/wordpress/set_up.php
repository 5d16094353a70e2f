<?php
// php set_up.php ROOT: makes the tables, a few pages, and a post with a comment form.
error_reporting(E_ALL & ~E_DEPRECATED);
ini_set('display_errors', 'stderr');
define('WP_INSTALLING', true);
$root = $argv[1];
$_SERVER['HTTP_HOST'] = '127.0.0.1';
$_SERVER['REQUEST_URI'] = '/';
$socket = preg_match("/'localhost:(.+)'/", file_get_contents("$root/wp-config.php"), $found) ? $found[1] : '';
(new mysqli('localhost', 'root', '', '', 0, $socket))->query('CREATE DATABASE wordpress CHARACTER SET utf8mb4');
require "$root/wp-load.php";
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
add_filter('pre_wp_mail', '__return_true');
wp_install('Sample Bakery', 'editor', 'editor@example.org', true, '', 'not a secret', 'en_US');
// Pictures of commentators come from another company's servers; these tests stay on this machine.
update_option('show_avatars', 0);
update_option('permalink_structure', '/%postname%/');
$page = fn ($title, $slug, $text) => wp_insert_post([
    'post_type' => 'page', 'post_status' => 'publish', 'post_title' => $title, 'post_name' => $slug,
    'post_content' => "<!-- wp:paragraph --><p>$text</p><!-- /wp:paragraph -->", 'post_author' => 1,
]);
$page('Imprint', 'imprint', 'Sample Bakery Ltd, 1 Sample Street, Sampleton');
wp_delete_post((int) get_option('wp_page_for_privacy_policy'), true);
$privacy = $page('Privacy Policy', 'privacy-policy', 'We count visits only with your consent. Comments are kept until you ask us to remove them.');
update_option('wp_page_for_privacy_policy', $privacy);
$page('Opening hours', 'opening-hours', 'Every day from six to noon.');
