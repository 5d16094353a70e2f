"""Forms of a site, and the pages behind links in mails."""
