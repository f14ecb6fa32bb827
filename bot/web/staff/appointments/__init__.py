"""The pages of appointments and of what is sent before and after them."""
