"""What the containers of files hold besides the picture."""
