//! Asking indexes: which files there are, what they say about themselves, and the files.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use pep440_rs::Version;
use pep508_rs::PackageName;
use url::Url;

use super::checksum::verify;
use super::http::Http;
use super::index_page::{IndexFile, from_html, from_json};
use super::store::{Store, StoredWheel, metadata_of};
use super::wheel::{WheelName, file_name, source_version};
use super::{Checksum, IndexSettings, Metadata, PackageError, Reason, Surroundings, masked};

/// The forms of a page that are understood, the best one first.
const PAGE_FORMS: &str =
    "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01";

/// All files of one version of a package.
#[derive(Debug, Clone)]
pub struct Release {
    /// The version.
    pub version: Version,
    /// Its files, in the order of the index.
    pub files: Vec<IndexFile>,
}

impl Release {
    /// The wheel to use.
    ///
    /// # Errors
    /// None can be used.
    pub fn wheel(&self) -> Result<&IndexFile, Reason> {
        let wheels = self.files.iter().filter_map(|file| Some((WheelName::parse(&file.name)?, file)));
        let usable = wheels.clone().filter(|(name, _)| name.is_usable());
        let fitting = usable
            .clone()
            .filter(|(_, file)| super::environment::accepts_python(file.requires_python.as_deref()))
            .max_by(|(one, _), (other, _)| one.build.cmp(&other.build));
        if let Some((_, file)) = fitting {
            return Ok(file);
        }
        if let Some((_, file)) = usable.clone().next() {
            return Err(Reason::Python { demanded: file.requires_python.clone().unwrap_or_default() });
        }
        if let Some((_, file)) = wheels.clone().next() {
            return Err(Reason::CompiledCode { example: file.name.clone() });
        }
        match self.files.first() {
            Some(file) => Err(Reason::SourceOnly { example: file.name.clone() }),
            None => Err(Reason::NoFiles),
        }
    }

    /// Whether its publishers took it back.
    pub fn is_yanked(&self) -> bool {
        self.files.iter().all(|file| file.is_yanked)
    }
}

/// The indexes of a project, asked at most once about each package.
pub struct Index<'run> {
    settings: IndexSettings,
    surroundings: &'run Surroundings,
    http: Http,
    store: Store,
    releases: Mutex<HashMap<PackageName, Arc<Vec<Release>>>>,
    metadata: Mutex<HashMap<String, Arc<Metadata>>>,
}

impl<'run> Index<'run> {
    /// The indexes that the settings name.
    pub fn new(settings: IndexSettings, surroundings: &'run Surroundings) -> Self {
        Self {
            http: Http::new(settings.certificates.clone(), surroundings.is_offline),
            settings,
            surroundings,
            store: Store::new(&surroundings.cache),
            releases: Mutex::default(),
            metadata: Mutex::default(),
        }
    }

    /// Where what is fetched is kept.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The versions of a package, the newest one first; of all indexes together. None: nobody knows the package.
    ///
    /// # Errors
    /// There is no index, or one could not be asked.
    pub fn releases(&self, name: &PackageName) -> Result<Arc<Vec<Release>>, PackageError> {
        if let Some(known) = self.releases.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Ok(Arc::clone(known));
        }
        if self.settings.is_empty() {
            return Err(PackageError::NoIndex { name: name.clone() });
        }
        let mut files = Vec::new();
        for url in &self.settings.find_links {
            files.extend(self.page(url)?);
        }
        for index in &self.settings.indexes {
            let url = index
                .join(&format!("{name}/"))
                .map_err(|error| PackageError::Fetch { url: masked(index.as_str()), reason: error.to_string() })?;
            files.extend(self.page(&url)?);
        }
        let mut releases: Vec<Release> = Vec::new();
        for file in files {
            let version = match WheelName::parse(&file.name) {
                Some(wheel) if wheel.name == *name => wheel.version,
                Some(_) => continue,
                None => match source_version(&file.name, name) {
                    Some(version) => version,
                    None => continue,
                },
            };
            match releases.iter_mut().find(|release| release.version == version) {
                // The same file of two places counts once, that of the first place.
                Some(release) if release.files.iter().any(|known| known.name == file.name) => {}
                Some(release) => release.files.push(file),
                None => releases.push(Release { version, files: vec![file] }),
            }
        }
        releases.sort_by(|one, other| other.version.cmp(&one.version));
        let releases = Arc::new(releases);
        self.releases.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone(), Arc::clone(&releases));
        Ok(releases)
    }

    /// What to tell when nobody knows a package.
    pub fn unknown(&self, name: &PackageName) -> PackageError {
        let asked = self.settings.indexes.iter().chain(&self.settings.find_links);
        PackageError::UnknownPackage {
            name: name.clone(),
            asked: asked.map(|url| masked(url.as_str())).collect(),
            has_index: !self.settings.indexes.is_empty(),
        }
    }

    /// The files that a page leads to. Pages are kept, for times without the network.
    fn page(&self, url: &Url) -> Result<Vec<IndexFile>, PackageError> {
        let key = Checksum::sha256(url.as_str().as_bytes()).digits;
        if self.surroundings.is_offline && url.scheme() != "file" {
            let kept = self.store.kept("index", &key).and_then(|content| serde_json::from_slice(&content).ok());
            return kept.ok_or_else(|| PackageError::Offline { what: format!("the page {}", masked(url.as_str())) });
        }
        let Some(answer) = self.http.get(url, PAGE_FORMS)? else {
            return Ok(Vec::new());
        };
        let fail = |reason: String| PackageError::Page { url: masked(url.as_str()), reason };
        let text = String::from_utf8(answer.content).map_err(|_| fail("it is not text".to_owned()))?;
        let mut files = if answer.kind.ends_with("json") {
            from_json(&text, &answer.url).map_err(fail)?
        } else {
            from_html(&text, &answer.url)
        };
        for file in &mut files {
            share_credentials(url, file);
        }
        if url.scheme() != "file" {
            let content = serde_json::to_vec(&files).map_err(|error| fail(error.to_string()))?;
            self.store.keep("index", &key, &content)?;
        }
        Ok(files)
    }

    /// What a wheel says about itself, without fetching all of it where the index can do that.
    ///
    /// # Errors
    /// It cannot be fetched, or is damaged.
    pub fn metadata(&self, file: &IndexFile) -> Result<Arc<Metadata>, PackageError> {
        if let Some(known) = self.metadata.lock().unwrap_or_else(PoisonError::into_inner).get(&file.url) {
            return Ok(Arc::clone(known));
        }
        let metadata = Arc::new(self.fetch_metadata(file)?);
        self.metadata.lock().unwrap_or_else(PoisonError::into_inner).insert(file.url.clone(), Arc::clone(&metadata));
        Ok(metadata)
    }

    fn fetch_metadata(&self, file: &IndexFile) -> Result<Metadata, PackageError> {
        let checksums = file.checksums();
        let key = checksums.iter().find(|sum| sum.algorithm == super::Algorithm::Sha256).map(|sum| sum.digits.clone());
        let key = key.filter(|_| file.metadata.is_some());
        let (Some(key), Some(expected)) = (key, &file.metadata) else {
            let wheel = self.wheel(file, &[])?;
            return metadata_of(&wheel.directory, &file.name);
        };
        if let Some(content) = self.store.kept("metadata", &key) {
            return Ok(Metadata::parse(&String::from_utf8_lossy(&content)));
        }
        let mut url = self.address(file)?;
        url.set_path(&format!("{}.metadata", url.path()));
        if self.surroundings.is_offline {
            return Err(PackageError::Offline { what: format!("the metadata of {}", file.name) });
        }
        let Some(answer) = self.http.get(&url, "*/*")? else {
            // The index promised more than it has.
            let wheel = self.wheel(file, &[])?;
            return metadata_of(&wheel.directory, &file.name);
        };
        let expected: Vec<Checksum> = expected.iter().filter_map(|text| text.parse().ok()).collect();
        verify(&format!("{}.metadata", file.name), &answer.content, &expected)?;
        self.store.keep("metadata", &key, &answer.content)?;
        Ok(Metadata::parse(&String::from_utf8_lossy(&answer.content)))
    }

    /// The unpacked wheel, fetched if it is not there. It has to have a checksum of the index and one of `demanded`,
    /// where there are any.
    ///
    /// # Errors
    /// It cannot be fetched, is another file, or is damaged.
    pub fn wheel(&self, file: &IndexFile, demanded: &[Checksum]) -> Result<StoredWheel, PackageError> {
        let promised = file.checksums();
        let known = promised.iter().find_map(|checksum| {
            let wheel = self.store.wheel(checksum)?;
            (demanded.is_empty() || demanded.contains(checksum)).then_some(wheel)
        });
        if let Some(wheel) = known {
            return Ok(wheel);
        }
        let url = self.address(file)?;
        if url.scheme() != "file" {
            if self.surroundings.is_offline {
                return Err(PackageError::Offline { what: file.name.clone() });
            }
            (self.surroundings.progress)(&format!("fetching {}", file.name));
        }
        let answer = self.http.get(&url, "*/*")?.ok_or_else(|| PackageError::Fetch {
            url: masked(url.as_str()),
            reason: "there is no such file".to_owned(),
        })?;
        verify(&file.name, &answer.content, &promised)?;
        verify(&file.name, &answer.content, demanded)?;
        self.store.keep_wheel(&file.name, &answer.content)
    }

    fn address(&self, file: &IndexFile) -> Result<Url, PackageError> {
        Url::parse(&file.url).map_err(|error| PackageError::Fetch { url: masked(&file.url), reason: error.to_string() })
    }
}

/// A wheel that a requirement names by its address.
pub fn direct_file(url: &Url) -> IndexFile {
    let mut plain = url.clone();
    plain.set_fragment(None);
    IndexFile {
        name: file_name(url),
        url: plain.into(),
        hashes: Vec::new(),
        requires_python: None,
        metadata: None,
        is_yanked: false,
    }
}

/// Files on the server of the index are fetched with the credentials of the index.
fn share_credentials(index: &Url, file: &mut IndexFile) {
    let Ok(mut url) = Url::parse(&file.url) else {
        return;
    };
    let is_same = url.scheme() == index.scheme()
        && url.host_str() == index.host_str()
        && url.port_or_known_default() == index.port_or_known_default();
    if is_same && url.username().is_empty() && !index.username().is_empty() {
        // Only addresses without a server refuse this, and these have one.
        let _ = url.set_username(index.username());
        let _ = url.set_password(index.password());
        file.url = url.into();
    }
}

/// Stands for a file of an index that is kept already, so that the index need not be asked.
pub fn kept_file(name: &PackageName, version: &Version) -> IndexFile {
    IndexFile {
        name: format!("{}-{version}-py3-none-any.whl", name.as_dist_info_name()),
        url: String::new(),
        hashes: Vec::new(),
        requires_python: None,
        metadata: None,
        is_yanked: false,
    }
}
