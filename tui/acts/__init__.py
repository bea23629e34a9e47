"""What can be done from a screen: for each act a form as a value, with the service call that its answers go to."""
