"""Software that people really run, as it comes out of its package: WordPress, Next.js, and three consent banners."""
