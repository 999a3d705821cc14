//! Pages of an index: the JSON form, and the HTML that older ones and plain directories give.

use serde::{Deserialize, Serialize};
use url::Url;

use super::Checksum;

/// A file that an index offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexFile {
    /// Its name.
    pub name: String,
    /// Where it is, without checksum.
    pub url: String,
    /// Its checksums, as `sha256:...`.
    pub hashes: Vec<String>,
    /// The Python that it demands.
    pub requires_python: Option<String>,
    /// Whether its METADATA can be had alone, with the checksum if there is one.
    pub metadata: Option<Vec<String>>,
    /// Whether it should not be chosen any more.
    pub is_yanked: bool,
}

impl IndexFile {
    /// Its checksums.
    pub fn checksums(&self) -> Vec<Checksum> {
        self.hashes.iter().filter_map(|text| text.parse().ok()).collect()
    }
}

#[derive(Deserialize)]
struct JsonPage {
    files: Vec<JsonFile>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct JsonFile {
    filename: String,
    url: String,
    #[serde(default)]
    hashes: std::collections::BTreeMap<String, String>,
    requires_python: Option<String>,
    core_metadata: Option<serde_json::Value>,
    dist_info_metadata: Option<serde_json::Value>,
    #[serde(default)]
    yanked: serde_json::Value,
}

/// Reads a page in JSON.
///
/// # Errors
/// It is not such a page, or an address in it is none.
pub fn from_json(text: &str, page: &Url) -> Result<Vec<IndexFile>, String> {
    let read: JsonPage = serde_json::from_str(text).map_err(|error| error.to_string())?;
    read.files
        .into_iter()
        .map(|file| {
            let url = page.join(&file.url).map_err(|error| format!("`{}`: {error}", super::masked(&file.url)))?;
            let checksums = |hashes: &mut dyn Iterator<Item = (&String, &str)>| -> Vec<String> {
                hashes.filter_map(|(kind, digits)| Checksum::new(kind, digits)).map(|sum| sum.to_string()).collect()
            };
            let metadata = match file.core_metadata.or(file.dist_info_metadata) {
                Some(serde_json::Value::Bool(true)) => Some(Vec::new()),
                Some(serde_json::Value::Object(hashes)) => Some(checksums(
                    &mut hashes.iter().map(|(kind, digits)| (kind, digits.as_str().unwrap_or_default())),
                )),
                _ => None,
            };
            Ok(IndexFile {
                name: file.filename,
                url: url.into(),
                hashes: checksums(&mut file.hashes.iter().map(|(kind, digits)| (kind, digits.as_str()))),
                requires_python: file.requires_python.filter(|text| !text.is_empty()),
                metadata,
                is_yanked: !matches!(file.yanked, serde_json::Value::Null | serde_json::Value::Bool(false)),
            })
        })
        .collect()
}

/// Reads the links of a page in HTML; those that lead to no file are left out.
pub fn from_html(text: &str, page: &Url) -> Vec<IndexFile> {
    let mut base = page.clone();
    let mut files = Vec::new();
    for (element, attributes) in elements(text) {
        let attribute = |name: &str| attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
        if element == "base" {
            if let Some(url) = attribute("href").and_then(|href| page.join(href).ok()) {
                base = url;
            }
            continue;
        }
        let Some(mut url) = (element == "a").then(|| attribute("href")).flatten().and_then(|href| base.join(href).ok())
        else {
            continue;
        };
        let pair = url.fragment().and_then(|fragment| fragment.split('&').find_map(|pair| pair.split_once('=')));
        let hashes = pair.and_then(|(kind, digits)| Checksum::new(kind, digits)).map(|sum| sum.to_string());
        let hashes: Vec<String> = hashes.into_iter().collect();
        url.set_fragment(None);
        let metadata = attribute("data-core-metadata").or_else(|| attribute("data-dist-info-metadata"));
        files.push(IndexFile {
            name: super::wheel::file_name(&url),
            url: url.into(),
            hashes,
            requires_python: attribute("data-requires-python").filter(|text| !text.is_empty()).map(str::to_owned),
            metadata: metadata.filter(|text| *text != "false").map(|text| {
                text.split_once('=')
                    .and_then(|(kind, digits)| Checksum::new(kind, digits))
                    .map(|sum| sum.to_string())
                    .into_iter()
                    .collect()
            }),
            is_yanked: attribute("data-yanked").is_some(),
        });
    }
    files.retain(|file| !file.name.is_empty());
    files
}

type Attributes = Vec<(String, String)>;

/// The opening tags of a text with their attributes. Comments are passed over.
fn elements(text: &str) -> Vec<(String, Attributes)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let end = rest.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let element = rest[..end].to_ascii_lowercase();
        rest = &rest[end..];
        if element.is_empty() {
            continue;
        }
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start_matches(|character: char| character.is_whitespace() || character == '/');
            if rest.is_empty() || rest.starts_with('>') {
                break;
            }
            let end = rest
                .find(|character: char| character.is_whitespace() || "=>/".contains(character))
                .unwrap_or(rest.len());
            // A sign that cannot begin a name, such as a lone `=`, is passed over, so that the reading goes on.
            if end == 0 {
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            let name = rest[..end].to_ascii_lowercase();
            rest = rest[end..].trim_start();
            let mut value = String::new();
            if let Some(after) = rest.strip_prefix('=') {
                let after = after.trim_start();
                let (raw, tail) = match after.chars().next() {
                    Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
                    _ => after.split_at(
                        after
                            .find(|character: char| character.is_whitespace() || character == '>')
                            .unwrap_or(after.len()),
                    ),
                };
                value = unescape(raw);
                rest = tail;
            }
            attributes.push((name, value));
        }
        found.push((element, attributes));
    }
    found
}

/// Puts in the characters that HTML writes by name or number.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        plain.push_str(&rest[..start]);
        rest = &rest[start..];
        let named = rest.find(';').filter(|end| *end <= 8).and_then(|end| {
            let name = &rest[1..end];
            let character = match name {
                "lt" => '<',
                "gt" => '>',
                "amp" => '&',
                "quot" => '"',
                "apos" => '\'',
                _ => {
                    let number = name.strip_prefix('#')?;
                    let code = match number.strip_prefix(['x', 'X']) {
                        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                        None => number.parse().ok()?,
                    };
                    char::from_u32(code)?
                }
            };
            Some((character, end + 1))
        });
        let (character, length) = named.unwrap_or(('&', 1));
        plain.push(character);
        rest = &rest[length..];
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_say_the_same() {
        let page = Url::parse("http://host/simple/foo/").expect("an address");
        let sum = "a".repeat(64);
        let json = format!(
            r#"{{"meta": {{"api-version": "1.0"}}, "name": "foo", "files": [
            {{"filename": "foo-1.0-py3-none-any.whl", "url": "../../files/foo-1.0-py3-none-any.whl", "hashes": {{"sha256": "{sum}"}},
              "requires-python": ">=3.8", "core-metadata": {{"sha256": "{sum}"}}, "yanked": "broken", "size": 3}}]}}"#
        );
        let html = format!(
            "<!DOCTYPE html><html><head><base href='/'></head><!-- <a href=no> --><body>\n\
             <a class=x href=\"files/foo-1.0-py3-none-any.whl#sha256={sum}\" data-requires-python=\"&gt;=3.8\"\n\
             data-core-metadata=\"sha256={sum}\" data-yanked=\"broken\">foo</a></body>"
        );
        let from_json = from_json(&json, &page).expect("a page");
        assert_eq!(from_json, from_html(&html, &page));
        let [file] = from_json.as_slice() else { panic!("one file") };
        assert_eq!(file.url, "http://host/files/foo-1.0-py3-none-any.whl");
        assert_eq!(file.hashes, [format!("sha256:{sum}")]);
        assert_eq!(file.requires_python.as_deref(), Some(">=3.8"));
        assert!(file.is_yanked && file.metadata == Some(vec![format!("sha256:{sum}")]));
    }

    #[test]
    fn any_text_can_be_read() {
        let page = Url::parse("http://host/").expect("an address");
        for text in [
            "",
            "<",
            "<a",
            "<a href",
            "<a href=",
            "<a href='",
            "<a =",
            "<a ==>",
            "<!--",
            "<a href=\"&#x;\">",
            "<é>",
            "<a é='ü'>",
            "&;",
            "<a/ / href=x>",
        ] {
            from_html(text, &page);
        }
        assert!(from_json("[]", &page).is_err());
        assert_eq!(unescape("&lt;&#39;&#x41;&unknown;&&amp;"), "<'A&unknown;&&");
    }
}
