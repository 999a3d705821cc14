"""How secrets reach the model of an environment."""

import _batou_secrets

import batou
from batou._environment_file import ConfigSection


class UnreadableSecrets(Exception):
    """The secrets cannot be read; ``hint`` says what to do about it, if that is known."""

    def __init__(self, message, hint):
        super().__init__(message)
        self.hint = hint


def protect(name, value):
    """Has a secret ``value`` masked in all that is shown from now on. One that is too short for that is told by its ``name``."""
    from batou._program import protect_output

    protect_output()
    if value and not _batou_secrets.protect(name, value):
        _tell_too_short([name])


def _tell_too_short(names):
    batou.output.warn(f"Too short to be masked in the output (under 4 characters): {', '.join(names)}")


class Injection:
    """Decrypts the secrets of an environment and sets what they say. What is wrong is added to the errors of the environment."""

    def __init__(self, environment):
        self._environment = environment

    def run(self):
        environment = self._environment
        try:
            components, hosts, files, conflicts, too_short = _batou_secrets.load(environment.name, environment.base_dir)
        except UnreadableSecrets as error:
            environment._complain(f"The secrets cannot be read: {error}", hint=error.hint)
            return
        if too_short:
            _tell_too_short(too_short)
        for name, values in hosts:
            self._add_host_data(name, values)
        for name, values in components:
            self._add_overrides(name, values)
        for name, content in files:
            # Bytes that are no text survive as surrogates: `.encode("utf-8", "surrogateescape")` gives the file byte by byte.
            text = content.decode("utf-8", "surrogateescape")
            environment.secret_files[name] = text
            environment.secret_data.update(text.splitlines())
        for name, written, (first, second) in conflicts:
            if name in environment.components:
                attribute = _attribute_named(environment.components[name].factory, written)
                error = batou.DuplicateSecretsComponentAttribute.from_context(name, attribute)
                hint = f"It stands in the lines {first} and {second} of the decrypted secrets."
                environment.exceptions.append(error.with_place(hint=hint))
        environment._loaded_secret_data = set(environment.secret_data)

    def _add_host_data(self, name, values):
        environment = self._environment
        try:
            host = environment.get_host(name)
        except KeyError:
            environment.exceptions.append(batou.UnknownHostSecretsSection.from_context(name))
            return
        for key, value in values:
            host.data[key] = value
            environment.secret_data.add(value)

    def _add_overrides(self, name, values):
        environment = self._environment
        factory = None
        if name in environment.components:
            factory = environment.components[name].factory
        else:
            environment.exceptions.append(batou.SuperfluousSecretsSection.from_context(name))
        overrides = environment.overrides.get(name)
        if overrides is None:
            overrides = ConfigSection()
        given = set(overrides)
        added = {}
        for written, value in values:
            attribute = _attribute_named(factory, written)
            environment.secret_data.update(value.split())
            if attribute in given:
                environment.exceptions.append(batou.DuplicateOverride.from_context(name, attribute))
            else:
                added[attribute] = value
        if added:
            overrides.update(added)
            environment.overrides[name] = overrides


def _attribute_named(factory, written):
    """Returns the attribute that a name in the secrets means: that of this name, else one that differs in case only."""
    if hasattr(factory, written):
        return written
    lower = written.lower()
    if hasattr(factory, lower):
        return lower
    similar = [name for name in dir(factory) if name.lower() == lower]
    return similar[0] if len(similar) == 1 else lower
