"""Mail that comes in: read within bounds, told apart, handed to the room it is meant for."""
