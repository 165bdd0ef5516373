//! What went wrong below HTTP, by name.

use std::error::Error as _;
use std::time::Duration;

use url::Url;

use crate::finding::Finding;
use crate::text::clean_line;
use crate::{Cause, Component};

/// A request that got no whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: Kind,
    detail: String,
}

/// The layer at which it broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Dns,
    /// Refused, unreachable: no connection.
    Connect,
    Tls,
    Timeout,
    /// There was a connection, and it ended too early.
    Cut,
    /// The client was told to follow redirects and ran in a circle.
    Redirect,
}

impl Fault {
    /// Names an error of the client. Its own text holds the URL, so it is never shown.
    pub(crate) fn of(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let mut chain = vec![error.to_string()];
        let mut source = error.source();
        while let Some(cause) = source {
            chain.push(cause.to_string());
            source = cause.source();
        }
        let kind = classify(&chain, error.is_connect(), error.is_timeout(), error.is_redirect());
        Self { kind, detail: clean_line(chain.last().map_or("", String::as_str)) }
    }

    /// No answer within our own limit.
    pub(crate) fn late(limit: Duration) -> Self {
        Self { kind: Kind::Timeout, detail: format!("no whole answer within {limit:?}") }
    }

    /// The fault in a few words.
    pub(crate) fn seen(&self) -> String {
        let what = match self.kind {
            Kind::Dns => "the name does not resolve",
            Kind::Connect => "no connection",
            Kind::Tls => "no TLS",
            Kind::Timeout => "no answer in time",
            Kind::Cut => "the connection was cut",
            Kind::Redirect => "redirected in a circle",
        };
        format!("{what} ({})", self.detail)
    }

    /// The conclusion of a check whose only answer this is.
    pub(crate) fn finding(&self, url: &Url) -> Finding {
        let (cause, component, may_settle) = match self.kind {
            Kind::Dns => (Cause::Dns, Component::Dns, true),
            Kind::Connect => (Cause::Refused, Component::Network, true),
            Kind::Tls => (Cause::Tls, Component::Tls, false),
            // Not asked again: each time would take the whole budget.
            Kind::Timeout => (Cause::Timeout, Component::Network, false),
            Kind::Cut => (Cause::Cut, Component::Ingress, true),
            Kind::Redirect => (Cause::Redirect, Component::Ingress, false),
        };
        let finding = Finding::fail(cause, self.seen()).at(component).url(url);
        if may_settle { finding.may_settle() } else { finding }
    }
}

/// The layer, from the texts of an error and its causes. reqwest tells names, connections and
/// certificates apart only there.
fn classify(chain: &[String], is_connect: bool, is_timeout: bool, is_redirect: bool) -> Kind {
    let says = |needles: &[&str]| chain.iter().any(|text| needles.iter().any(|needle| text.contains(needle)));
    if is_redirect {
        Kind::Redirect
    } else if says(&["dns error", "failed to lookup address"]) {
        Kind::Dns
    } else if says(&["certificate", "fatal alert", "corrupt message", "HandshakeFailure"]) {
        Kind::Tls
    } else if is_timeout {
        Kind::Timeout
    } else if is_connect {
        Kind::Connect
    } else {
        Kind::Cut
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads one line of the recorded error chains: name, flags, and texts split by ` | `.
    fn recorded(line: &str) -> Option<(&str, Vec<String>, [bool; 3])> {
        let (head, chain) = line.split_once(" :: ")?;
        let flag = |name: &str| head.contains(&format!("{name}=true"));
        let chain = chain.split(" | ").map(str::to_owned).collect();
        Some((head.split(':').next()?, chain, [flag("connect"), flag("timeout"), flag("redirect")]))
    }

    #[test]
    fn every_recorded_chain_has_its_name() {
        let file = test_support::fixtures().join("binderhub/reqwest-0.13-error-chains.txt");
        let text = std::fs::read_to_string(file).unwrap();
        let found: Vec<(&str, Kind)> = text
            .lines()
            .filter_map(recorded)
            .map(|(name, chain, [connect, timeout, redirect])| {
                (name, classify(&chain, connect, timeout, redirect))
            })
            .collect();
        assert_eq!(
            found,
            [
                ("build-redirect-loop", Kind::Redirect),
                ("stream-stall-silent", Kind::Timeout),
                ("stream-rst-mid-launch", Kind::Cut),
                ("tls-expired", Kind::Tls),
                ("tls-wrong-name", Kind::Tls),
                ("tls-self-signed", Kind::Tls),
                ("tcp-refused", Kind::Connect),
                ("tcp-accept-then-silent", Kind::Timeout),
                ("dns-nxdomain", Kind::Dns),
            ]
        );
    }
}
