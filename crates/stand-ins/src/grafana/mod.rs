//! A Grafana 10 with its legacy annotations, as a real one answered in `fixtures/grafana`.

mod accounts;
mod annotations;
mod manage;
mod rows;
mod say;
mod site;
mod tags;

use http::Method;
use jiff::Timestamp;

use crate::config;
use crate::wire::{Answer, Request};
use accounts::{Accounts, Who};
use rows::Rows;
use site::{Page, Site};

/// One Grafana with all that was written to it.
#[derive(Debug)]
pub(crate) struct Grafana {
    site: Site,
    accounts: Accounts,
    rows: Rows,
}

impl Grafana {
    /// A Grafana as it stands after its first start.
    pub(crate) fn new(config: &config::Grafana, now: Timestamp) -> Self {
        let site = Site::new(config.sub_path.trim_end_matches('/'), config.domain.as_deref());
        Self { site, accounts: Accounts::new(&config.tokens, now), rows: Rows::default() }
    }

    /// Answers one request; `fresh` is a token that nobody has yet.
    pub(crate) fn answer(&mut self, request: &Request, now: Timestamp, fresh: &str) -> Answer {
        let who = self.accounts.identify(request.header("authorization"), now);
        let api = match self.site.page(request) {
            Page::Moved(location) => return say::redirect(301, &location, &request.method),
            Page::Login if who.is_ok() => return say::redirect(302, &self.site.path("/"), &request.method),
            Page::Login | Page::Home => return say::html(200),
            Page::Nothing => return say::html(404),
            Page::Health => return say::health(),
            Page::Api(path) => path,
        };
        let segments: Vec<&str> = api.split('/').collect();
        let known = matches!(segments.as_slice(), ["annotations" | "serviceaccounts", ..]);
        if !known {
            return say::nothing();
        }
        let who = match who {
            Ok(who) => who,
            Err(refusal) => return say::unauthorized(&refusal),
        };
        self.api(&segments, &who, request, now, fresh)
    }

    fn api(&mut self, path: &[&str], who: &Who, request: &Request, now: Timestamp, fresh: &str) -> Answer {
        let Self { site, accounts, rows } = self;
        match path {
            ["serviceaccounts", rest @ ..] => {
                let moment = manage::Moment { now, fresh, avatar: &site.avatar() };
                manage::answer(accounts, rest, who, request, &moment)
            }
            ["annotations"] if request.method == Method::GET => {
                annotations::list(rows, &request.query(), &site.avatar())
            }
            ["annotations"] if request.method == Method::POST => {
                annotations::add(rows, who, &request.body, now)
            }
            ["annotations", "tags"] if request.method == Method::GET => {
                annotations::tags(rows, &request.query())
            }
            ["annotations", id] => annotations::one(rows, who, id, request, now, &site.avatar()),
            _ => say::nothing(),
        }
    }
}
