<?php
/* Plugin Name: The banner of the day */
add_action('wp_footer', function () {
    readfile(ABSPATH . 'banner.html');
}, 1);
