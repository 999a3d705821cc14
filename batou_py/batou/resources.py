"""What components provide to each other and require from each other.

Providing and requiring happen again in every pass of `batou.environment.Environment.configure`, so the work for one call does not depend on how
many calls were made before.
"""

from batou._lazy import offer


class Subscription:
    """One requirement: root component, whether a provider must exist, host, reversed order, and whether later changes are ignored."""

    def __init__(self, root, strict, host, reverse, dirty):
        self.root = root
        self.strict = strict
        self.host = host
        self.reverse = reverse
        self.dirty = dirty

    def _identity(self):
        return self.root, self.strict, self.host, self.reverse, self.dirty

    def __eq__(self, other):
        if not isinstance(other, Subscription):
            return NotImplemented
        return self._identity() == other._identity()

    def __hash__(self):
        return hash(self._identity())


class Resources:
    """The exchange of resources between the root components of an environment.

    ``order`` gives the place of a root component among the others. It decides the order of values and of everything that is reported, whatever the
    order was in which the root components were configured.
    """

    def __init__(self, order=None):
        self._order = order
        #: Provided values: {key: {root: [values]}}.
        self.resources = {}
        #: Requirements: {key: set of Subscription}.
        self.subscribers = {}
        #: Root components that saw values which have changed since.
        self.dirty_dependencies = set()
        self._provided_keys = {}
        # Per key the requirements in the order in which they were first made.
        self._subscriptions = {}
        # Roots to be told of changes, by key and host (None: any host), and how many of them were told since dirty_dependencies was emptied.
        self._listeners = {}
        self._told = {}

    def provide(self, root, key, value):
        """Adds a value for ``key``."""
        providers = self.resources.setdefault(key, {})
        values = providers.get(root)
        if values is None:
            values = providers[root] = []
            self._provided_keys.setdefault(root, {})[key] = None
        values.append(value)
        self._mark_dirty(root, key)

    def require(self, root, key, host=None, strict=True, reverse=False, dirty=False):
        """Returns the values of ``key`` and notes that ``root`` depends on them."""
        subscription = Subscription(root, strict, host, reverse, dirty)
        known = self.subscribers.setdefault(key, set())
        if subscription not in known:
            known.add(subscription)
            self._subscriptions.setdefault(key, []).append(subscription)
            if not dirty:
                self._listeners.setdefault((key, host), []).append(root)
        return self.get(key, host)

    def get(self, key, host=None):
        """Returns the values of ``key``, those of ``host`` only if it is given, without noting a dependency."""
        result = []
        for root in self._sorted(self.resources.get(key, ())):
            if host is None or root.host is host:
                result.extend(self.resources[key][root])
        return result

    def reset_component_resources(self, root):
        """Forgets what ``root`` provided."""
        for key in self._provided_keys.pop(root, ()):
            del self.resources[key][root]
            self._mark_dirty(root, key)

    def copy_resources(self):
        """Returns the provided values in containers of their own."""
        return {
            key: {root: list(providers[root]) for root in self._sorted(providers)} for key, providers in self.resources.items()
        }

    def get_dependency_graph(self):
        """Returns {root: set of the roots it depends on}."""
        graph = {}
        for key, subscriptions in self._subscriptions.items():
            providers = self.resources.get(key)
            if not providers:
                continue
            by_host = {}
            for subscription in subscriptions:
                host = subscription.host
                if host not in by_host:
                    by_host[host] = [root for root in providers if host is None or root.host is host]
                if subscription.reverse:
                    for root in by_host[host]:
                        graph.setdefault(root, set()).add(subscription.root)
                elif by_host[host]:
                    graph.setdefault(subscription.root, set()).update(by_host[host])
        return graph

    @property
    def strict_subscribers(self):
        """The requirements that need a provider, each with all the others of its key."""
        for key in self._subscriptions:
            if self._is_strict(key):
                yield key, self.subscribers[key]

    @property
    def unused(self):
        """Values nobody requires: {key: {root: [values]}}."""
        result = {}
        for key, providers in self.resources.items():
            subscriptions = self._subscriptions.get(key, ())
            if any(subscription.host is None for subscription in subscriptions):
                continue
            used_hosts = {id(subscription.host) for subscription in subscriptions}
            remaining = {root: providers[root] for root in self._sorted(providers) if id(root.host) not in used_hosts}
            # Nobody is told of a key whose providers have all gone or are all used.
            if remaining:
                result[key] = remaining
        return result

    @property
    def unsatisfied(self):
        """The pairs of key and host name (None: any host) that are required but not provided."""
        return set(self._unsatisfied())

    @property
    def unsatisfied_keys_and_components(self):
        """Who requires what is not provided: {(key, host name or None): set of roots}.

        A key that nobody provides at all is missing for all who require it, one that is missing on a host for those who require it from any host.
        """
        return {
            (key, host): {subscription.root for subscription in self._subscriptions[key] if host is None or subscription.host is None}
            for key, host in self._unsatisfied()
        }

    @property
    def unsatisfied_components(self):
        """The roots that require what is not provided."""
        result = set()
        for roots in self.unsatisfied_keys_and_components.values():
            result |= roots
        return result

    def _unsatisfied(self):
        for key, subscriptions in self._subscriptions.items():
            if not self._is_strict(key):
                continue
            if key not in self.resources:
                yield key, None
                continue
            provided_on = {id(root.host) for root in self.resources[key]}
            for subscription in subscriptions:
                host = subscription.host
                if host is not None and id(host) not in provided_on:
                    yield key, host.name
                    break

    def _is_strict(self, key):
        return any(subscription.strict for subscription in self._subscriptions[key])

    def _mark_dirty(self, root, key):
        if not self.dirty_dependencies:
            self._told.clear()
        for address in ((key, None), (key, root.host)):
            listeners = self._listeners.get(address, ())
            told = self._told.get(address, 0)
            if told < len(listeners):
                self.dirty_dependencies.update(listeners[told:])
                self._told[address] = len(listeners)

    def _sorted(self, roots):
        if self._order is None or len(roots) < 2:
            return list(roots)
        return sorted(roots, key=self._order)


offer(globals(), {"Set": "typing", "defaultdict": "collections", "flatten": "batou.utils"})
