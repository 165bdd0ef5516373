//! The owned form of a problem, which events carry and surfaces draw.

use crate::{Diagnose, Place};

/// A problem without its Rust type: ready to be stored, sent and drawn.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ProblemRecord {
    /// The stable code.
    pub code: String,
    /// What happened.
    pub message: String,
    /// The chain of causes, nearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What to do next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl ProblemRecord {
    /// The record of an error.
    #[must_use]
    pub fn from_diagnose(error: &dyn Diagnose) -> Self {
        let mut causes: Vec<String> = Vec::new();
        let mut source = error.source();
        while let Some(cause) = source {
            let text = cause.to_string();
            // Many libraries format their source into their own text: once is enough.
            if !causes.iter().any(|said| said.contains(&text)) {
                causes.push(text);
            }
            source = cause.source();
        }
        Self {
            code: error.code().as_str().to_owned(),
            message: error.to_string(),
            causes,
            place: error.place(),
            help: error.help().map(std::borrow::Cow::into_owned),
        }
    }

    /// A record made without an error type, where the cause is a verdict rather than an error.
    #[must_use]
    pub fn new(code: crate::Code, message: impl Into<String>) -> Self {
        Self {
            code: code.as_str().to_owned(),
            message: message.into(),
            causes: Vec::new(),
            place: None,
            help: None,
        }
    }

    /// Adds the next step.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds one line of the chain of causes.
    #[must_use]
    pub fn with_cause(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    #[derive(Debug, thiserror::Error)]
    #[error("cannot read the file")]
    struct Unreadable(#[source] std::io::Error);
    impl Diagnose for Unreadable {
        fn code(&self) -> Code {
            Code::new("test.unreadable")
        }
    }

    #[test]
    fn a_record_survives_json() {
        let error = Unreadable(std::io::Error::other("disk on fire"));
        let record = ProblemRecord::from_diagnose(&error);
        assert_eq!(record.causes, ["disk on fire"]);
        let json = serde_json::to_string(&record).unwrap();
        assert_eq!(serde_json::from_str::<ProblemRecord>(&json).unwrap(), record);
    }
}
