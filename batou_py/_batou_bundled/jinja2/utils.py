"""Parts of the interface that stand beside environments."""


def pass_context(function):
    """Says that a filter, test or global takes the names that the template sees first."""
    function._jinja_pass_arg = "context"
    return function


def pass_eval_context(function):
    """Says that a filter, test or global takes the environment first, which tells whether values are escaped."""
    function._jinja_pass_arg = "environment"
    return function


def pass_environment(function):
    """Says that a filter, test or global takes the environment first."""
    function._jinja_pass_arg = "environment"
    return function


def select_autoescape(enabled_extensions=("html", "htm", "xml"), disabled_extensions=(), default_for_string=True, default=False):
    """Tells by the end of a template's name whether its values are escaped, for `Environment(autoescape=...)`."""
    enabled = tuple("." + extension.lstrip(".").lower() for extension in enabled_extensions)
    disabled = tuple("." + extension.lstrip(".").lower() for extension in disabled_extensions)

    def autoescape(template_name):
        if template_name is None:
            return default_for_string
        name = template_name.lower()
        return True if name.endswith(enabled) else False if name.endswith(disabled) else default

    return autoescape


def is_undefined(obj):
    """Whether an object stands for a name without a value."""
    from .runtime import Undefined

    return isinstance(obj, Undefined)
