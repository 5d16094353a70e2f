"""Words in staff templates: `{% speak "staff.log_in" %}` in the language of the page."""

from django import template

from zweck.console.enquiries.style import style_name as enquiries_style_name
from zweck.console.figures.style import style_name
from zweck.console.mailing.style import style_name as mailing_style_name
from zweck.policy.words import words

register = template.Library()


@register.simple_tag(takes_context=True)
def speak(context: template.Context, key: str, **params: object) -> str:
    """The text under a key in the page's language, escaped."""
    return words(str(context["language"])).say(key, **params)


@register.simple_tag
def figures_style() -> str:
    """The name of the style of figures, which changes with its content."""
    return style_name()


@register.simple_tag
def enquiries_style() -> str:
    """The name of the style of enquiries, which changes with its content."""
    return enquiries_style_name()


@register.simple_tag
def mailing_style() -> str:
    """The name of the style of lists and campaigns, which changes with its content."""
    return mailing_style_name()
