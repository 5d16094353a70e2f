<?php
// The one function for themes and other plugins; without a namespace, so that it is called by its plain name.

defined('ABSPATH') || exit;

/**
 * Hold an enqueued script back until the visitor allows the purpose: `zweck_hold('matomo', 'measurement');`
 *
 * @param string $handle  as given to wp_enqueue_script()
 * @param string $purpose id of a purpose that the policy declares
 */
function zweck_hold(string $handle, string $purpose): void
{
    $GLOBALS['zweck_held'][$handle] = $purpose;
}
