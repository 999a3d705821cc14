//! The outline of a project: hosts, root components, what they exchange, and what is wrong on purpose.

use fastrand::Rng;

use super::project::Style;

/// One host.
pub struct Host {
    pub name: String,
    pub platform: Option<&'static str>,
    pub is_ignored: bool,
    pub data: Vec<(&'static str, String)>,
}

/// One root component.
pub struct Root {
    pub class: String,
    /// The directory below `components`.
    pub directory: String,
    /// Numbers of the hosts it is assigned to.
    pub hosts: Vec<usize>,
    pub features: Vec<&'static str>,
    pub is_ignored: bool,
    /// Values flow from lower to higher ranks, so that nothing depends on itself.
    pub rank: usize,
}

/// Something that one root component provides and others require.
pub struct Exchange {
    pub key: String,
    pub providers: Vec<usize>,
    pub requirers: Vec<Requirement>,
    /// Providers give a component instead of a text.
    pub gives_components: bool,
}

/// How a root component requires a key.
#[derive(Clone)]
pub struct Requirement {
    pub root: usize,
    pub wants_one: bool,
    /// The number of the host, or nothing for all hosts.
    pub host: Option<usize>,
    pub is_strict: bool,
    pub is_reverse: bool,
    pub is_dirty: bool,
}

/// What is wrong on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    RaiseInConfigure,
    RaiseInVerify,
    RaiseInUpdate,
    AssertInUpdate,
    OverrideUnknown,
    OverrideWrong,
    SuperfluousSection,
    SuperfluousComponent,
    UndefinedInTemplate,
    Cycle,
    Unsatisfied,
    Unused,
    Ambiguous,
    NotOnThisHost,
    MissingComponent,
    RaiseWhileLoading,
    DuplicateClass,
    RequiredAttribute,
    WrongArgument,
}

const MISTAKES: [Mistake; 19] = [
    Mistake::RaiseInConfigure,
    Mistake::RaiseInVerify,
    Mistake::RaiseInUpdate,
    Mistake::AssertInUpdate,
    Mistake::OverrideUnknown,
    Mistake::OverrideWrong,
    Mistake::SuperfluousSection,
    Mistake::SuperfluousComponent,
    Mistake::UndefinedInTemplate,
    Mistake::Cycle,
    Mistake::Unsatisfied,
    Mistake::Unused,
    Mistake::Ambiguous,
    Mistake::NotOnThisHost,
    Mistake::MissingComponent,
    Mistake::RaiseWhileLoading,
    Mistake::DuplicateClass,
    Mistake::RequiredAttribute,
    Mistake::WrongArgument,
];

/// The outline.
pub struct World {
    pub hosts: Vec<Host>,
    pub roots: Vec<Root>,
    pub exchanges: Vec<Exchange>,
    pub mistakes: Vec<Mistake>,
}

const CLASSES: [&str; 8] = ["Amber", "Birch", "Cedar", "Dune", "Ember", "Fjord", "Grove", "Haven"];

/// At most eight root components in all: see `pin_order` in driver.py.
const MOST_ROOTS: usize = 8;

impl World {
    /// Draws the outline of a project.
    pub fn draw(rng: &mut Rng, style: Style) -> Self {
        let hosts: Vec<Host> = (0..rng.usize(1..4)).map(|number| host(rng, number)).collect();
        let mut roots = roots(rng, style, hosts.len());
        let mut ranks: Vec<usize> = (0..roots.len()).collect();
        rng.shuffle(&mut ranks);
        for (root, rank) in roots.iter_mut().zip(ranks) {
            root.rank = rank;
        }
        let mut mistakes = Vec::new();
        if style != Style::Predictable {
            let count = [0, 0, 0, 1, 1, 2][rng.usize(..6)];
            let may_happen = |mistake: &Mistake| {
                // What else happens beside a failure is left to chance in the whole original.
                let while_deploying =
                    matches!(mistake, Mistake::RaiseInVerify | Mistake::RaiseInUpdate | Mistake::AssertInUpdate);
                style != Style::Whole || !while_deploying
            };
            let possible: Vec<Mistake> = MISTAKES.into_iter().filter(may_happen).collect();
            mistakes.extend((0..count).map(|_| possible[rng.usize(..possible.len())]));
        }
        let mut world = Self { hosts, roots, exchanges: Vec::new(), mistakes };
        for number in 0..rng.usize(..4) {
            world.exchange(rng, style, number);
        }
        world.wrong_exchanges(rng);
        world
    }

    /// The names of all hosts, which can be resolved.
    pub fn host_names(&self) -> Vec<String> {
        self.hosts.iter().map(|host| host.name.clone()).collect()
    }

    fn exchange(&mut self, rng: &mut Rng, style: Style, number: usize) {
        if self.roots.len() < 2 {
            return;
        }
        let border = rng.usize(1..self.roots.len());
        let (mut low, mut high): (Vec<usize>, Vec<usize>) =
            (0..self.roots.len()).partition(|root| self.roots[*root].rank < border);
        // Turned round, the requirer comes first.
        let is_reverse = rng.u8(..6) == 0;
        if is_reverse {
            std::mem::swap(&mut low, &mut high);
        }
        rng.shuffle(&mut low);
        rng.shuffle(&mut high);
        low.truncate(rng.usize(1..=low.len()));
        high.truncate(rng.usize(1..=high.len()));
        let gives_components = rng.u8(..4) == 0;
        let values: usize = low.iter().map(|root| self.roots[*root].hosts.len()).sum();
        let requirers = high.iter().map(|root| {
            let host = self.bound_host(rng, *root, &low, gives_components);
            Requirement {
                root: *root,
                wants_one: values == 1 && host.is_none() && !is_reverse && rng.bool(),
                host,
                is_strict: rng.u8(..3) > 0,
                is_reverse,
                // What it has seen by then depends on the order of configuration, which only the driver knows.
                is_dirty: style == Style::Any && rng.u8(..8) == 0,
            }
        });
        let mut requirers: Vec<Requirement> = requirers.collect();
        if gives_components {
            // The processes of the original share no objects.
            requirers.retain(|requirer| requirer.host.is_some());
        }
        // Otherwise values of some hosts would be unused, which is a mistake of its own.
        if requirers.iter().all(|requirer| requirer.host.is_some()) {
            low.retain(|root| {
                let used = |host: &usize| requirers.iter().any(|requirer| requirer.host == Some(*host));
                self.roots[*root].hosts.iter().all(used)
            });
        }
        if low.is_empty() {
            for requirer in &mut requirers {
                requirer.is_strict = false;
                requirer.wants_one = false;
            }
        }
        let key = ["db", "web:port", "x.y", "Key With Blank"][number % 4];
        self.exchanges.push(Exchange { key: format!("{key}{number}"), providers: low, requirers, gives_components });
    }

    /// A host that both ends run on, so that a requirement can be bound to it.
    fn bound_host(&self, rng: &mut Rng, root: usize, providers: &[usize], must_share: bool) -> Option<usize> {
        let on_host = |root: usize, host: usize| self.roots[root].hosts.contains(&host);
        let mut shared: Vec<usize> = (0..self.hosts.len())
            .filter(|host| providers.iter().any(|provider| on_host(*provider, *host)))
            .filter(|host| !must_share || self.roots[root].hosts == [*host])
            .collect();
        rng.shuffle(&mut shared);
        if must_share || rng.u8(..3) == 0 { shared.first().copied() } else { None }
    }

    fn wrong_exchanges(&mut self, rng: &mut Rng) {
        let plain = |root| Requirement {
            root,
            wants_one: false,
            host: None,
            is_strict: true,
            is_reverse: false,
            is_dirty: false,
        };
        let count = self.roots.len();
        let mut exchange = |key: &str, providers: Vec<usize>, requirers: Vec<Requirement>| {
            self.exchanges.push(Exchange { key: key.into(), providers, requirers, gives_components: false });
        };
        let (one, other) = (rng.usize(..count), rng.usize(..count));
        for mistake in &self.mistakes {
            match mistake {
                Mistake::Cycle => {
                    exchange("cycle-there", vec![one], vec![plain(other)]);
                    exchange("cycle-back", vec![other], vec![plain(one)]);
                }
                Mistake::Unsatisfied => {
                    let mut requirement = plain(one);
                    requirement.wants_one = rng.bool();
                    exchange("nobody-has-it", Vec::new(), vec![requirement]);
                }
                Mistake::Unused => exchange("nobody-wants-it", vec![one], Vec::new()),
                Mistake::Ambiguous if count > 2 => {
                    let mut requirement = plain(2);
                    requirement.wants_one = true;
                    exchange("too-many", vec![0, 1], vec![requirement]);
                }
                Mistake::NotOnThisHost => {
                    let provider = &self.roots[one];
                    let Some(host) = (0..self.hosts.len()).find(|host| !provider.hosts.contains(host)) else {
                        continue;
                    };
                    let mut requirement = plain(other);
                    requirement.host = Some(host);
                    requirement.is_strict = rng.bool();
                    exchange("elsewhere", vec![one], vec![requirement]);
                }
                _ => (),
            }
        }
    }
}

fn host(rng: &mut Rng, number: usize) -> Host {
    let mut data = Vec::new();
    if rng.bool() {
        data.push(("size", rng.u16(..).to_string()));
    }
    if rng.u8(..3) == 0 {
        data.push(("Long-Name", "words of {{text}}".into()));
    }
    Host {
        name: format!("host{number}"),
        platform: [None, Some("debian"), Some("nixos")][rng.usize(..3)],
        is_ignored: number > 0 && rng.u8(..10) == 0,
        data,
    }
}

fn roots(rng: &mut Rng, style: Style, hosts: usize) -> Vec<Root> {
    let mut left = MOST_ROOTS;
    let count = rng.usize(1..6);
    let mut classes = CLASSES;
    rng.shuffle(&mut classes);
    let mut roots = Vec::new();
    for class in classes.into_iter().take(count) {
        let mut assigned: Vec<usize> = (0..hosts).collect();
        rng.shuffle(&mut assigned);
        // The same component on two hosts of one machine shares a work directory; which host comes last is left to chance there.
        let most = if style == Style::Any && rng.u8(..4) == 0 { hosts } else { 1 };
        assigned.truncate(most.min(left));
        left -= assigned.len();
        if assigned.is_empty() {
            break;
        }
        let features = ["fast", "safe", "new"].into_iter().filter(|_| rng.u8(..5) == 0).collect();
        roots.push(Root {
            class: class.into(),
            directory: format!("{}{}", ["a-b", "c", "x_y"][rng.usize(..3)], class.to_lowercase()),
            hosts: assigned,
            features,
            is_ignored: rng.u8(..15) == 0,
            rank: 0,
        });
    }
    roots
}
