//! What a fault does, and which requests it hits.

use serde::{Deserialize, Serialize};

/// An order to the proxy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What happens.
    #[serde(flatten)]
    pub effect: Effect,
    /// To which requests.
    #[serde(flatten)]
    pub target: Target,
    /// To how many of them; to all when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// For how many milliseconds from the order on; until the reset when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_ms: Option<u64>,
}

/// What happens to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Effect {
    /// The connection is reset; streams under way too.
    Cut {
        /// Only once the server has answered: what was asked has happened, and the caller does
        /// not learn it.
        #[serde(default)]
        after: bool,
    },
    /// The request waits before it goes on.
    Delay {
        /// For how long.
        ms: u64,
    },
    /// Nothing moves while the fault lasts, streams under way included; then it goes on.
    Hang,
    /// The proxy answers itself, as an API server would, with a `Status` object.
    Status {
        /// The HTTP status: 403, 410, 429, 503 ...
        code: u16,
        /// The status's message.
        #[serde(default)]
        message: String,
        /// Seconds in a `Retry-After` header.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u32>,
    },
}

impl Effect {
    /// Its name in the log.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Cut { .. } => "cut",
            Self::Delay { .. } => "delay",
            Self::Hang => "hang",
            Self::Status { .. } => "status",
        }
    }
}

/// Which requests a fault hits. What is left out fits everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The HTTP method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// A pattern for path and query, in which `*` stands for any text:
    /// `*/deployments/*`, `*watch=true*`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// A pattern for the user agent: `Helm/*`, `kubectl/*`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
}

impl Target {
    pub(super) fn fits(&self, request: &Asked) -> bool {
        let method = self.method.as_ref().is_none_or(|wanted| *wanted == request.method);
        let path = self.path.as_ref().is_none_or(|pattern| glob(pattern, &request.path));
        let agent = self.user_agent.as_ref();
        method && path && agent.is_none_or(|pattern| glob(pattern, &request.user_agent))
    }
}

/// What the proxy knows of a request.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) user_agent: String,
}

/// Whether `text` fits `pattern`, whose `*` stand for any text.
fn glob(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut remaining) = text.strip_prefix(start) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        let Some((_, after)) = remaining.split_once(part) else {
            return false;
        };
        remaining = after;
    }
    remaining.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text, fits) in [
            ("*", "", true),
            ("*", "/api", true),
            ("/api", "/api", true),
            ("/api", "/api/v1", false),
            ("/api*", "/api/v1", true),
            ("*/deployments/*", "/apis/apps/v1/namespaces/a/deployments/web", true),
            ("*/deployments/*", "/apis/apps/v1/namespaces/a/deployments", false),
            ("*watch=true*", "/api/v1/pods?watch=true&x=1", true),
            ("a*b*c", "abc", true),
            ("a*b*c", "acb", false),
            ("ab*ba", "aba", false),
        ] {
            assert_eq!(glob(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn an_order_is_short_in_json() {
        let order = r#"{"fault":"status","code":503,"path":"*/pods*","times":2}"#;
        let fault: Fault = serde_json::from_str(order).unwrap();
        let effect = Effect::Status { code: 503, message: String::new(), retry_after: None };
        assert_eq!((fault.effect, fault.times), (effect, Some(2)));
        let cut: Fault = serde_json::from_str(r#"{"fault":"cut"}"#).unwrap();
        assert_eq!(cut.effect, Effect::Cut { after: false });
    }
}
