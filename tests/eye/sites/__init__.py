"""Small sites on loopback, honest and not, each with what an audit must find there, and what it may."""
