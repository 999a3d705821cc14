//! Emphasis and colour of a line, independent of any terminal.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A name that is no markup.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown markup: '{name}'")]
pub struct UnknownMarkup {
    /// The name as it was given.
    pub name: String,
}

macro_rules! markup {
    ($($variant:ident $name:literal $code:literal $meaning:literal;)*) => {
        /// One attribute of a line: emphasis, a colour of the letters or a colour of the background.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Markup {
            $(#[doc = $meaning] $variant,)*
        }

        impl Markup {
            /// All attributes.
            pub const ALL: &[Markup] = &[$(Markup::$variant),*];

            /// The name that definitions use for it; capitalised colours are those of the background.
            pub fn name(self) -> &'static str {
                match self { $(Markup::$variant => $name,)* }
            }

            /// The number that selects it in an ANSI escape sequence.
            pub fn ansi_code(self) -> u8 {
                match self { $(Markup::$variant => $code,)* }
            }
        }
    };
}

markup! {
    Bold "bold" 1 "Bold letters.";
    Light "light" 2 "Pale letters.";
    Blink "blink" 5 "Blinking letters.";
    Invert "invert" 7 "Letters and background exchanged.";
    Black "black" 30 "Black letters.";
    Red "red" 31 "Red letters.";
    Green "green" 32 "Green letters.";
    Yellow "yellow" 33 "Yellow letters.";
    Blue "blue" 34 "Blue letters.";
    Purple "purple" 35 "Purple letters.";
    Cyan "cyan" 36 "Cyan letters.";
    White "white" 37 "White letters.";
    BlackBackground "Black" 40 "Black background.";
    RedBackground "Red" 41 "Red background.";
    GreenBackground "Green" 42 "Green background.";
    YellowBackground "Yellow" 43 "Yellow background.";
    BlueBackground "Blue" 44 "Blue background.";
    PurpleBackground "Purple" 45 "Purple background.";
    CyanBackground "Cyan" 46 "Cyan background.";
    WhiteBackground "White" 47 "White background.";
}

impl std::str::FromStr for Markup {
    type Err = UnknownMarkup;

    fn from_str(name: &str) -> Result<Self, UnknownMarkup> {
        Markup::ALL
            .iter()
            .copied()
            .find(|markup| markup.name() == name)
            .ok_or_else(|| UnknownMarkup { name: name.to_owned() })
    }
}

impl Serialize for Markup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'text> Deserialize<'text> for Markup {
    fn deserialize<D: Deserializer<'text>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The attributes of a line in the order in which they were given; the later of two colours wins.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Style {
    markup: Vec<Markup>,
}

impl Style {
    /// No attribute at all.
    pub const fn plain() -> Self {
        Style { markup: Vec::new() }
    }

    /// The given attributes.
    pub fn of(markup: &[Markup]) -> Self {
        Style { markup: markup.to_vec() }
    }

    /// Bold letters.
    pub fn bold() -> Self {
        Style::of(&[Markup::Bold])
    }

    /// The attributes of the given names, for example `["bold", "red"]`.
    ///
    /// # Errors
    /// The first name that is no attribute.
    pub fn from_names<'name>(names: impl IntoIterator<Item = &'name str>) -> Result<Self, UnknownMarkup> {
        let markup = names.into_iter().map(str::parse).collect::<Result<_, _>>()?;
        Ok(Style { markup })
    }

    /// Whether there is no attribute.
    pub fn is_plain(&self) -> bool {
        self.markup.is_empty()
    }

    /// The attributes in their order.
    pub fn markup(&self) -> &[Markup] {
        &self.markup
    }
}

/// What stands before the text of a line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Icon {
    /// Nothing: the text starts in the first column.
    #[default]
    Absent,
    /// Three blanks, so that the text is aligned with lines that have a symbol.
    Blank,
    /// A symbol and a blank.
    Symbol(String),
}

impl Icon {
    /// The given symbol.
    pub fn symbol(symbol: impl Into<String>) -> Self {
        Icon::Symbol(symbol.into())
    }

    /// Whether the text starts in the first column.
    pub fn is_absent(&self) -> bool {
        *self == Icon::Absent
    }
}

impl Serialize for Icon {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Icon::Symbol(symbol) => serializer.serialize_str(symbol),
            Icon::Blank => serializer.serialize_str(""),
            Icon::Absent => serializer.serialize_none(),
        }
    }
}

impl<'text> Deserialize<'text> for Icon {
    fn deserialize<D: Deserializer<'text>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Option::<String>::deserialize(deserializer)? {
            None => Icon::Absent,
            Some(symbol) if symbol.is_empty() => Icon::Blank,
            Some(symbol) => Icon::Symbol(symbol),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_attribute() {
        for markup in Markup::ALL {
            assert_eq!(markup.name().parse(), Ok(*markup));
        }
        assert_eq!(Markup::ALL.len(), 20);
    }

    #[test]
    fn order_of_names_is_kept() {
        let style = Style::from_names(["red", "bold", "White"]).expect("known names");
        assert_eq!(style.markup(), [Markup::Red, Markup::Bold, Markup::WhiteBackground]);
        assert_eq!(serde_json::to_string(&style).expect("serializable"), r#"["red","bold","White"]"#);
    }

    #[test]
    fn unknown_name_is_named_in_the_error() {
        let error = Style::from_names(["bold", "magenta"]).expect_err("no such attribute");
        assert_eq!(error.to_string(), "unknown markup: 'magenta'");
    }
}
