"""Staff pages of enquiries: what waits, one enquiry with its answer, and the search by address."""
