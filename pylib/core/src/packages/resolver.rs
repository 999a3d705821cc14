//! Choosing versions that fulfil all requirements together.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use pep440_rs::{Version, VersionSpecifiers};
use pep508_rs::{ExtraName, PackageName, VerbatimUrl, VersionOrUrl};
use pubgrub::{
    Dependencies, DependencyConstraints, DependencyProvider, PackageResolutionStatistics, PubGrubError, Ranges,
};

use super::index::{Index, direct_file};
use super::index_page::IndexFile;
use super::local::LocalPackage;
use super::requirement::{Origin, Requirement};
use super::{PackageError, Reason, conflict, provided};

/// What is chosen between: the project, a package, and an extra of a package, which needs the package and more.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Node {
    /// The project itself.
    Project,
    /// A package.
    Package(PackageName),
    /// An extra of a package.
    Extra(PackageName, ExtraName),
}

impl fmt::Display for Node {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Project => write!(formatter, "the project"),
            Self::Package(name) => write!(formatter, "{name}"),
            Self::Extra(name, extra) => write!(formatter, "{name}[{extra}]"),
        }
    }
}

/// Where a chosen package comes from.
#[derive(Debug, Clone)]
pub enum Source {
    /// A file of an index.
    Index(IndexFile),
    /// A wheel that a requirement names.
    Wheel(IndexFile, Requirement),
    /// A directory.
    Directory(LocalPackage, Requirement),
}

/// A package with the version that is used.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The package.
    pub name: PackageName,
    /// Its version; a directory may have none.
    pub version: Option<Version>,
    /// Where it comes from.
    pub source: Source,
}

/// What a project wants.
#[derive(Debug, Default)]
pub struct Goal {
    /// Its requirements that count here, each with a name.
    pub required: Vec<(PackageName, Requirement)>,
    /// Limits of versions.
    pub constraints: Vec<(PackageName, VersionSpecifiers)>,
    /// Packages that are directories.
    pub directories: HashMap<PackageName, (LocalPackage, Requirement)>,
    /// Packages that are single wheels.
    pub wheels: HashMap<PackageName, (Version, IndexFile, Requirement)>,
    /// Whether versions before a release may be chosen anywhere.
    pub pre_releases: bool,
    /// Versions that are kept as long as they fit.
    pub preferred: BTreeMap<PackageName, Version>,
}

impl Goal {
    /// Sorts requirements by where they come from, leaving out what does not count here and what is brought along.
    ///
    /// # Errors
    /// A directory that is no package, or two sources of one package.
    pub fn new(required: &[Requirement], constraints: &[Requirement]) -> Result<Self, PackageError> {
        let mut goal = Self::default();
        let environment = super::environment::marker_environment();
        for requirement in required.iter().filter(|requirement| requirement.marker.evaluate(environment, &[])) {
            let name = match (&requirement.name, &requirement.origin) {
                (_, Origin::Directory(path)) => {
                    let package = LocalPackage::read(path)?;
                    let name = package.name.clone();
                    demand_single(&goal, &name, requirement)?;
                    goal.directories.insert(name.clone(), (package, requirement.clone()));
                    name
                }
                (Some(name), _) => name.clone(),
                (None, _) => continue,
            };
            if let Origin::Wheel(url) = &requirement.origin {
                demand_single(&goal, &name, requirement)?;
                let file = direct_file(url);
                if let Some(wheel) = super::wheel::WheelName::parse(&file.name) {
                    goal.wheels.insert(name.clone(), (wheel.version, file, requirement.clone()));
                }
            }
            if !provided::is_provided(&name) || !matches!(requirement.origin, Origin::Index(_)) {
                goal.required.push((name, requirement.clone()));
            }
        }
        for constraint in constraints.iter().filter(|constraint| constraint.marker.evaluate(environment, &[])) {
            if let (Some(name), Origin::Index(specifiers)) = (&constraint.name, &constraint.origin) {
                goal.constraints.push((name.clone(), specifiers.clone()));
            }
        }
        Ok(goal)
    }
}

fn demand_single(goal: &Goal, name: &PackageName, requirement: &Requirement) -> Result<(), PackageError> {
    let earlier = goal.directories.get(name).map(|(_, earlier)| earlier);
    let earlier = earlier.or_else(|| goal.wheels.get(name).map(|(_, _, earlier)| earlier));
    match earlier.filter(|earlier| earlier.origin != requirement.origin) {
        Some(earlier) => Err(PackageError::Twice {
            name: name.clone(),
            first: earlier.place.clone(),
            second: requirement.place.clone(),
        }),
        None => Ok(()),
    }
}

/// Chooses a version of everything that is required, directly or not.
///
/// # Errors
/// There is no such choice, or an index could not be asked.
pub fn resolve(goal: &Goal, index: &Index<'_>) -> Result<Vec<Choice>, PackageError> {
    let mut pre_releases: HashSet<PackageName> = HashSet::new();
    for (name, requirement) in &goal.required {
        if let Origin::Index(specifiers) = &requirement.origin
            && specifiers.iter().any(|specifier| specifier.any_prerelease())
        {
            pre_releases.insert(name.clone());
        }
    }
    let provider = Provider { goal, index, pre_releases: RefCell::new(pre_releases) };
    let solution = match pubgrub::resolve(&provider, Node::Project, Version::new([0])) {
        Ok(solution) => solution,
        Err(PubGrubError::NoSolution(tree)) => {
            return Err(PackageError::Conflict { facts: conflict::facts(&tree, goal) });
        }
        Err(
            PubGrubError::ErrorRetrievingDependencies { source, .. }
            | PubGrubError::ErrorChoosingVersion { source, .. }
            | PubGrubError::ErrorInShouldCancel(source),
        ) => return Err(source),
    };
    let mut choices = Vec::new();
    for (node, version) in solution {
        let Node::Package(name) = node else {
            continue;
        };
        if let Some((package, requirement)) = goal.directories.get(&name) {
            let source = Source::Directory(package.clone(), requirement.clone());
            let version = package.version.as_ref().and_then(|text| text.parse().ok());
            choices.push(Choice { name, version, source });
        } else if let Some((_, file, requirement)) = goal.wheels.get(&name) {
            let source = Source::Wheel(file.clone(), requirement.clone());
            choices.push(Choice { name, version: Some(version), source });
        } else {
            let file = provider.file(&name, &version)?.map_err(|reason| PackageError::Unusable {
                name: name.clone(),
                version: version.clone(),
                reason,
            })?;
            choices.push(Choice { name, version: Some(version), source: Source::Index(file) });
        }
    }
    choices.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(choices)
}

/// Answers the questions of the algorithm.
struct Provider<'goal> {
    goal: &'goal Goal,
    index: &'goal Index<'goal>,
    /// The packages of which versions before a release may be chosen, because somebody asks for one.
    pre_releases: RefCell<HashSet<PackageName>>,
}

impl Provider<'_> {
    /// The wheel of a version of an index.
    fn file(&self, name: &PackageName, version: &Version) -> Result<Result<IndexFile, Reason>, PackageError> {
        let releases = self.index.releases(name)?;
        let release = releases.iter().find(|release| release.version == *version);
        Ok(release.map_or(Err(Reason::NoFiles), |release| release.wheel().cloned()))
    }

    fn is_fixed(&self, name: &PackageName) -> bool {
        self.goal.directories.contains_key(name) || self.goal.wheels.contains_key(name)
    }

    /// The versions of a package that a requirement allows.
    fn range(&self, name: &PackageName, specifiers: &VersionSpecifiers) -> Ranges<Version> {
        if self.goal.directories.contains_key(name) {
            return Ranges::full();
        }
        if specifiers.iter().any(|specifier| specifier.any_prerelease()) {
            self.pre_releases.borrow_mut().insert(name.clone());
        }
        let mut range = Ranges::from(specifiers.clone());
        for (constrained, specifiers) in &self.goal.constraints {
            if constrained == name && !self.is_fixed(name) {
                range = range.intersection(&Ranges::from(specifiers.clone()));
            }
        }
        range
    }

    fn add(
        &self,
        constraints: &mut BTreeMap<Node, Ranges<Version>>,
        name: &PackageName,
        extras: &[ExtraName],
        range: &Ranges<Version>,
    ) {
        let extras = extras.iter().map(|extra| Node::Extra(name.clone(), extra.clone()));
        for node in std::iter::once(Node::Package(name.clone())).chain(extras) {
            let known = constraints.entry(node).or_insert_with(Ranges::full);
            *known = known.intersection(range);
        }
    }

    /// What a package requires, as text that was understood.
    fn requirements(
        &self,
        name: &PackageName,
        version: &Version,
        extras: &[ExtraName],
    ) -> Result<Result<Vec<pep508_rs::Requirement<VerbatimUrl>>, Reason>, PackageError> {
        if let Some((package, _)) = self.goal.directories.get(name) {
            return package.requirements(extras).map(Ok);
        }
        let file = match self.goal.wheels.get(name) {
            Some((_, file, _)) => file.clone(),
            None => match self.file(name, version)? {
                Ok(file) => file,
                Err(reason) => return Ok(Err(reason)),
            },
        };
        let metadata = self.index.metadata(&file)?;
        if let Some(demanded) = &metadata.requires_python
            && !super::environment::accepts_python(Some(demanded))
        {
            return Ok(Err(Reason::Python { demanded: demanded.clone() }));
        }
        let found = metadata.demand(name, version).and_then(|()| metadata.requirements(extras));
        Ok(found.map_err(|reason| Reason::Metadata { reason }))
    }
}

impl DependencyProvider for Provider<'_> {
    type P = Node;
    type V = Version;
    type VS = Ranges<Version>;
    type Priority = (u32, Reverse<usize>);
    type M = Reason;
    type Err = PackageError;

    fn prioritize(
        &self,
        package: &Node,
        range: &Ranges<Version>,
        conflicts: &PackageResolutionStatistics,
    ) -> Self::Priority {
        let choices = match package {
            Node::Project => 0,
            Node::Package(name) | Node::Extra(name, _) if self.is_fixed(name) => 0,
            // An index that cannot be asked is told about when the version is chosen.
            Node::Package(name) | Node::Extra(name, _) => self
                .index
                .releases(name)
                .map_or(0, |releases| releases.iter().filter(|release| range.contains(&release.version)).count()),
        };
        (conflicts.conflict_count(), Reverse(choices))
    }

    fn choose_version(&self, package: &Node, range: &Ranges<Version>) -> Result<Option<Version>, PackageError> {
        let name = match package {
            Node::Project => return Ok(Some(Version::new([0]))),
            Node::Package(name) | Node::Extra(name, _) => name,
        };
        if self.goal.directories.contains_key(name) {
            return Ok(Some(Version::new([0])).filter(|version| range.contains(version)));
        }
        if let Some((version, _, _)) = self.goal.wheels.get(name) {
            return Ok(Some(version.clone()).filter(|version| range.contains(version)));
        }
        let releases = self.index.releases(name)?;
        if releases.is_empty() {
            return Err(self.index.unknown(name));
        }
        let is_exact = range.as_singleton().is_some();
        let mut candidates: Vec<_> = releases
            .iter()
            .filter(|release| range.contains(&release.version) && (is_exact || !release.is_yanked()))
            .collect();
        let pre_releases = self.goal.pre_releases || self.pre_releases.borrow().contains(name);
        if !pre_releases && candidates.iter().any(|release| release.version.is_stable()) {
            candidates.retain(|release| release.version.is_stable());
        }
        let preferred = self.goal.preferred.get(name);
        let kept = candidates.iter().find(|release| Some(&release.version) == preferred && release.wheel().is_ok());
        // One that cannot be used is chosen last, so that its reason is told when there is nothing else.
        let usable = kept.or_else(|| candidates.iter().find(|release| release.wheel().is_ok()));
        Ok(usable.or(candidates.first()).map(|release| release.version.clone()))
    }

    fn get_dependencies(
        &self,
        package: &Node,
        version: &Version,
    ) -> Result<Dependencies<Node, Ranges<Version>, Reason>, PackageError> {
        let mut constraints = BTreeMap::new();
        let (name, extras) = match package {
            Node::Project => {
                for (name, requirement) in &self.goal.required {
                    let range = match &requirement.origin {
                        Origin::Index(specifiers) => self.range(name, specifiers),
                        Origin::Wheel(_) | Origin::Directory(_) => Ranges::full(),
                    };
                    self.add(&mut constraints, name, &requirement.extras, &range);
                }
                return Ok(Dependencies::Available(DependencyConstraints::from_iter(constraints)));
            }
            Node::Package(name) => (name, &[][..]),
            Node::Extra(name, extra) => {
                constraints.insert(Node::Package(name.clone()), Ranges::singleton(version.clone()));
                (name, std::slice::from_ref(extra))
            }
        };
        let requirements = match self.requirements(name, version, extras)? {
            Ok(requirements) => requirements,
            Err(reason) => return Ok(Dependencies::Unavailable(reason)),
        };
        for requirement in requirements {
            if provided::is_provided(&requirement.name) || requirement.name == *name && requirement.extras.is_empty() {
                continue;
            }
            let range = match &requirement.version_or_url {
                None => self.range(&requirement.name, &VersionSpecifiers::empty()),
                Some(VersionOrUrl::VersionSpecifier(specifiers)) => self.range(&requirement.name, specifiers),
                Some(VersionOrUrl::Url(_)) if self.is_fixed(&requirement.name) => Ranges::full(),
                Some(VersionOrUrl::Url(_)) => {
                    let reason = format!(
                        "it requires `{}` from an address; name its wheel in requirements.txt",
                        requirement.name
                    );
                    return Ok(Dependencies::Unavailable(Reason::Metadata { reason }));
                }
            };
            self.add(&mut constraints, &requirement.name, &requirement.extras, &range);
        }
        Ok(Dependencies::Available(DependencyConstraints::from_iter(constraints)))
    }
}
