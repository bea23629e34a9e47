"""The screens: four tables, the help, the choice of an account."""
