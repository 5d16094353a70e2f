<?php
/**
 * Plugin Name: Zweck
 * Description: Asks visitors before anything optional happens on their device, and shows whether a visit is measured. Needs a Zweck under the same domain.
 * Version: 1.0.0
 * Requires at least: 6.1
 * Requires PHP: 7.4
 * License: Apache-2.0
 * Text Domain: zweck
 */

namespace Zweck;

defined('ABSPATH') || exit;

const OPTION = 'zweck';

/** Origin of the Zweck ("" = not set up yet) and language ("" = that of the page). */
function options(): array
{
    return wp_parse_args(get_option(OPTION, []), ['origin' => '', 'language' => '']);
}

/** Scheme, host and port of an address; "" for anything else. */
function origin_of(string $address): string
{
    $parts = wp_parse_url(trim($address));
    if (!is_array($parts) || !in_array($parts['scheme'] ?? '', ['https', 'http'], true) || empty($parts['host'])) {
        return '';
    }
    return $parts['scheme'] . '://' . $parts['host'] . (isset($parts['port']) ? ':' . $parts['port'] : '');
}

function language(): string
{
    return options()['language'] ?: substr(get_bloginfo('language'), 0, 2);
}

// First in the head, before whatever it holds back; asynchronous, so that no page waits for it.
add_action('wp_enqueue_scripts', function (): void {
    $origin = options()['origin'];
    if ($origin) {
        $source = $origin . '/z/zweck.js?lang=' . rawurlencode(language());
        wp_enqueue_script('zweck', $source, [], null, false);
    }
}, 0);

/** Purposes by script handle: what `zweck_hold` was told, open to themes and plugins by the filter `zweck_held`. */
function held(): array
{
    return (array) apply_filters('zweck_held', $GLOBALS['zweck_held'] ?? []);
}

// A held script is printed as data, its inline parts too; the snippet runs them in order once the purpose is allowed.
add_filter('script_loader_tag', function (string $tag, string $handle): string {
    if ($handle === 'zweck') {
        return str_replace('<script ', '<script async ', $tag);
    }
    $purpose = held()[$handle] ?? '';
    return $purpose === '' ? $tag : preg_replace_callback('/<script\b[^>]*>/i', fn ($found) => inert($found[0], $purpose), $tag);
}, 10, 2);

/** A script's opening tag that browsers do not run. */
function inert(string $opening, string $purpose): string
{
    $type = preg_match('/\stype=(["\'])(.*?)\1/i', $opening, $found) ? $found[2] : '';
    $kept = preg_replace(['/\stype=(["\']).*?\1/i', '/\ssrc=/i'], ['', ' data-src='], $opening);
    $kind = in_array($type, ['', 'text/javascript'], true) ? '' : ' data-type="' . esc_attr($type) . '"';
    return preg_replace('/^<script/i', '<script type="text/plain" data-zweck-purpose="' . esc_attr($purpose) . '"' . $kind, $kept);
}

// Without JavaScript the link inside leads to the same answer.
add_shortcode('zweck_status', function (): string {
    $origin = options()['origin'];
    if (!$origin) {
        return '';
    }
    $text = esc_html__('Is this visit measured?', 'zweck');
    return '<div data-zweck-status><a href="' . esc_url($origin . '/') . '">' . $text . '</a></div>';
});

add_shortcode('zweck_choices', function ($given, ?string $text = null): string {
    $origin = options()['origin'];
    $text = $text ?: __('Change cookie settings', 'zweck');
    return $origin ? '<a href="' . esc_url($origin . '/') . '" data-zweck-choices>' . esc_html($text) . '</a>' : '';
});

add_action('admin_init', function (): void {
    register_setting('zweck', OPTION, ['type' => 'array', 'sanitize_callback' => __NAMESPACE__ . '\\cleaned']);
    add_settings_section('zweck', '', '__return_null', 'zweck');
    add_settings_field('origin', __('Address of your Zweck', 'zweck'), function (): void {
        $value = esc_attr(options()['origin']);
        echo '<input id="zweck-origin" name="zweck[origin]" type="url" class="regular-text" placeholder="https://privacy.example.com" value="' . $value . '">';
        echo '<p class="description">' . esc_html__('It must lie under the same domain as this site, and its policy must name this site among its origins.', 'zweck') . '</p>';
    }, 'zweck', 'zweck', ['label_for' => 'zweck-origin']);
    add_settings_field('language', __('Language', 'zweck'), function (): void {
        echo '<input id="zweck-language" name="zweck[language]" type="text" maxlength="3" size="4" value="' . esc_attr(options()['language']) . '">';
        echo '<p class="description">' . esc_html__('Such as "de". Empty: the language of the page.', 'zweck') . '</p>';
    }, 'zweck', 'zweck', ['label_for' => 'zweck-language']);
});

/** What was typed, if it can be used; what cannot is refused with a reason, and the old value stays. */
function cleaned($typed): array
{
    $typed = wp_parse_args(is_array($typed) ? $typed : [], ['origin' => '', 'language' => '']);
    $before = options();
    $origin = origin_of((string) $typed['origin']);
    if ($origin === '' && trim((string) $typed['origin']) !== '') {
        add_settings_error(OPTION, 'origin', __('This is no address; https://privacy.example.com would be right.', 'zweck'));
        $origin = $before['origin'];
    }
    $language = strtolower(trim((string) $typed['language']));
    if (!preg_match('/^([a-z]{2,3})?$/', $language)) {
        add_settings_error(OPTION, 'language', __('This is no language; "de" or "en" would be right.', 'zweck'));
        $language = $before['language'];
    }
    return ['origin' => $origin, 'language' => $language];
}

add_action('admin_menu', function (): void {
    add_options_page('Zweck', 'Zweck', 'manage_options', 'zweck', function (): void {
        echo '<div class="wrap"><h1>Zweck</h1><form action="options.php" method="post">';
        settings_fields('zweck');
        do_settings_sections('zweck');
        submit_button();
        echo '</form></div>';
    });
});

require __DIR__ . '/hold.php';
