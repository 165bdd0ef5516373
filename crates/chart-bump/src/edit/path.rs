//! The grammar of PATH: which scalar of a YAML file is meant.

use std::fmt;
use std::str::FromStr;

use crate::error::BumpError;

/// The way from the root of a document to one scalar.
///
/// Keys are joined by dots and JSON-quoted where they are not `[A-Za-z0-9_-]+`; an item of a list
/// is named by its position, `[0]`, or by one of its own keys, `[name=binderhub]`.
///
/// ```
/// use chart_bump::edit::YamlPath;
/// let path: YamlPath = "dependencies[name=binderhub].version".parse()?;
/// assert_eq!(path.to_string(), "dependencies[name=binderhub].version");
/// # Ok::<(), chart_bump::BumpError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YamlPath {
    steps: Vec<Step>,
}

/// One step of a [`YamlPath`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The value of this key.
    Key(String),
    /// The item at this position, from zero.
    Index(usize),
    /// The one item that is a mapping in which `key` has the value `value`.
    Where {
        /// The key that names the item.
        key: String,
        /// The value that it must have.
        value: String,
    },
}

impl YamlPath {
    /// A path from its steps.
    #[must_use]
    pub fn new(steps: Vec<Step>) -> Self {
        Self { steps }
    }

    /// The steps from the root.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }
}

impl fmt::Display for YamlPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps.iter().enumerate() {
            if at > 0 && matches!(step, Step::Key(_)) {
                f.write_str(".")?;
            }
            step.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => f.write_str(&quoted_unless(key, is_bare_key)),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Where { key, value } => {
                write!(f, "[{}={}]", quoted_unless(key, is_bare_key), quoted_unless(value, is_bare_value))
            }
        }
    }
}

fn quoted_unless(text: &str, bare: fn(char) -> bool) -> String {
    if !text.is_empty() && text.chars().all(bare) {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
}

fn is_bare_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

fn is_bare_value(c: char) -> bool {
    !matches!(c, ']' | '"') && !c.is_control()
}

impl FromStr for YamlPath {
    type Err = BumpError;

    fn from_str(text: &str) -> Result<Self, BumpError> {
        let mut reader = Reader { text, at: 0 };
        let mut steps = Vec::new();
        loop {
            steps.push(reader.step(steps.is_empty())?);
            if reader.rest().is_empty() {
                return Ok(Self { steps });
            }
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn wrong(&self, why: &'static str) -> BumpError {
        BumpError::BadPath { path: self.text.to_owned(), column: self.at + 1, why }
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn step(&mut self, first: bool) -> Result<Step, BumpError> {
        if self.take("[") {
            return self.bracket();
        }
        if !first && !self.take(".") {
            return Err(self.wrong("a dot or `[` must follow"));
        }
        self.word(
            is_bare_key,
            "a key is wanted here; quote it where it has other characters than letters, digits, `_` and `-`",
        )
        .map(Step::Key)
    }

    fn bracket(&mut self) -> Result<Step, BumpError> {
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && self.rest().get(digits..).is_some_and(|rest| rest.starts_with(']')) {
            let index = self.rest().get(..digits).and_then(|text| text.parse().ok());
            let index = index.ok_or_else(|| self.wrong("the position is too large"))?;
            self.at += digits + 1;
            return Ok(Step::Index(index));
        }
        let key = self.word(is_bare_key, "a position or `key=value` is wanted between the brackets")?;
        if !self.take("=") {
            return Err(self.wrong("`=` is wanted between key and value"));
        }
        let value = self.word(is_bare_value, "a value is wanted after `=`")?;
        if !self.take("]") {
            return Err(self.wrong("`]` is missing"));
        }
        Ok(Step::Where { key, value })
    }

    fn word(&mut self, bare: fn(char) -> bool, wanted: &'static str) -> Result<String, BumpError> {
        if self.rest().starts_with('"') {
            let mut strings = serde_json::Deserializer::from_str(self.rest()).into_iter::<String>();
            let Some(Ok(word)) = strings.next() else {
                return Err(self.wrong("the quoted text is no JSON string"));
            };
            self.at += strings.byte_offset();
            return Ok(word);
        }
        let rest = self.rest();
        let end = rest.find(|c| !bare(c)).unwrap_or(rest.len());
        match rest.get(..end) {
            Some(word) if !word.is_empty() => {
                self.at += end;
                Ok(word.to_owned())
            }
            _ => Err(self.wrong(wanted)),
        }
    }
}
