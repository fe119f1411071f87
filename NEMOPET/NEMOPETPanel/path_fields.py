"""Path fields of the forms, kept in the parameter node as text: an empty field is empty, not the folder ``.``."""

from __future__ import annotations

PROPERTY = "PathParameter"  # dynamic property of a ctkPathLineEdit: the name of its parameter


class PathFields:
    """Binds the fields of some forms to the parameters of one scene after another."""

    def __init__(self, forms) -> None:
        self._parameters = None
        self._fields = {}
        for form in forms:
            for widget in form.__dict__.values():
                name = widget.property(PROPERTY)
                if name:
                    self._fields.setdefault(name, []).append(widget)
                    widget.connect("currentPathChanged(QString)", lambda path, name=name: self._on_path(name, path))

    def set_parameters(self, parameters) -> None:
        """Show another scene's paths; None while one closes."""
        self._parameters = None
        for name in self._fields:
            self._show(name, getattr(parameters, name) if parameters is not None else "")
        self._parameters = parameters

    def show(self) -> None:
        """Show paths that were set elsewhere."""
        if self._parameters is not None:
            for name in self._fields:
                self._show(name, getattr(self._parameters, name))

    def _show(self, name: str, path: str) -> None:
        for widget in self._fields[name]:
            if widget.currentPath != path:
                widget.currentPath = path

    def _on_path(self, name: str, path: str) -> None:
        if self._parameters is not None and getattr(self._parameters, name) != path:
            setattr(self._parameters, name, path)
            self._show(name, path)
