"""What people are told of an order, and how they contest it: notices to staff, statements of reasons to owners."""
