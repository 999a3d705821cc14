"""Numbers of statuses by their names: ``codes.not_found``, ``codes["ok"]``."""

from http import HTTPStatus


class _Codes:
    def __getitem__(self, name):
        return getattr(self, name, None)

    def get(self, name, default=None):
        return getattr(self, name, default)


codes = _Codes()
for _status in HTTPStatus:
    for _name in (_status.name.lower(), _status.name):
        setattr(codes, _name, _status.value)
for _alias, _value in {"okay": 200, "permanent_redirect": 308, "moved": 301, "server_error": 500, "unprocessable": 422, "teapot": 418, "im_a_teapot": 418}.items():
    setattr(codes, _alias, _value)
    setattr(codes, _alias.upper(), _value)
