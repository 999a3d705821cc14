"""The component files of the project, one module each, once they are loaded."""
