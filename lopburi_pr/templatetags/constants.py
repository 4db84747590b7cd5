"""``{% translate %}`` and ``{% static %}`` as Django has them, but asked once for each literal.

A page says thirty such texts; looking each up anew takes longer than its queries.
"""

from django import template
from django.templatetags.i18n import do_translate
from django.templatetags.static import do_static
from django.utils.translation import get_language

register = template.Library()


@register.tag
def translate(parser, token):
    node = do_translate(parser, token)
    parts = [node.filter_expression, node.message_context or node.filter_expression]
    return Constant(node, node.asvar) if all(map(_is_literal, parts)) else node


@register.tag
def static(parser, token):
    node = do_static(parser, token)
    return Constant(node, node.varname) if _is_literal(node.path) else node


def _is_literal(expression):
    variable = expression.var
    return not expression.filters and getattr(variable, "literal", variable) is not None


class Constant(template.Node):
    """A node whose text depends on the language alone."""

    child_nodelists = ()

    def __init__(self, node, asvar):
        self.node = node
        self.asvar = asvar
        self.texts = {}
        node.asvar = node.varname = None

    def render(self, context):
        language = get_language()
        text = self.texts.get(language)
        if text is None:
            text = self.texts[language] = self.node.render(context)
        if not self.asvar:
            return text
        context[self.asvar] = text
        return ""
