//! The API of service accounts and their tokens.

use http::Method;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;

use super::accounts::{Account, Accounts, Who, later};
use super::say;
use crate::config::Role;
use crate::wire::{Answer, Request};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Fields {
    name: Option<String>,
    role: Option<Role>,
    is_disabled: Option<bool>,
    seconds_to_live: Option<i64>,
}

/// What an answer is made from beside the request.
pub(crate) struct Moment<'a> {
    pub(crate) now: Timestamp,
    /// A token that nobody has yet.
    pub(crate) fresh: &'a str,
    /// The picture of an account.
    pub(crate) avatar: &'a str,
}

/// Answers a path below `/api/serviceaccounts`.
pub(crate) fn answer(
    accounts: &mut Accounts,
    path: &[&str],
    who: &Who,
    request: &Request,
    moment: &Moment<'_>,
) -> Answer {
    if who.role != Role::Admin {
        return say::forbidden("serviceaccounts:write");
    }
    let fields: Fields = match serde_json::from_slice(&request.body) {
        Ok(fields) => fields,
        Err(_) if request.method == Method::DELETE => Fields::default(),
        Err(_) => return say::error(400, "Bad request data"),
    };
    let number = |text: &str| text.parse::<i64>().ok();
    match (&request.method, path) {
        (&Method::POST, []) => create(accounts, &fields, moment.now),
        (&Method::POST, [id, "tokens"]) => match number(id).filter(|id| accounts.find(*id).is_some()) {
            Some(id) => token(accounts, id, &fields, moment),
            None => say::message(404, "service account not found"),
        },
        (&Method::PATCH, [id]) => match number(id).and_then(|id| accounts.find(id)) {
            Some(account) => update(account, &fields, moment),
            None => say::message(404, "service account not found"),
        },
        (&Method::DELETE, [id, "tokens", token]) => match (number(id), number(token)) {
            (Some(id), Some(token)) if accounts.drop_key(id, token) => {
                say::message(200, "Service account token deleted")
            }
            _ => say::message(404, "service account token not found"),
        },
        _ => say::nothing(),
    }
}

fn create(accounts: &mut Accounts, fields: &Fields, now: Timestamp) -> Answer {
    let role = fields.role.unwrap_or(Role::Viewer);
    let account = accounts.add(fields.name.as_deref().unwrap_or_default(), role, now);
    let body = json!({
        "id": account.id,
        "name": account.name,
        "login": account.login(),
        "orgId": 1,
        "isDisabled": false,
        "role": account.role,
        "tokens": 0,
        "avatarUrl": "",
    });
    say::json(201, &body)
}

fn token(accounts: &mut Accounts, account: i64, fields: &Fields, moment: &Moment<'_>) -> Answer {
    let Moment { now, fresh, .. } = *moment;
    let lives = fields.seconds_to_live.filter(|seconds| *seconds > 0);
    let expires = lives.map(|seconds| later(now, SignedDuration::from_secs(seconds)));
    let id = accounts.add_key(account, fresh, expires);
    say::json(200, &json!({"id": id, "name": fields.name, "key": fresh}))
}

fn update(account: &mut Account, fields: &Fields, moment: &Moment<'_>) -> Answer {
    let now = moment.now;
    if let Some(disabled) = fields.is_disabled {
        account.change_disabled(disabled, now);
    }
    if let Some(role) = fields.role {
        account.change_role(role, now);
    }
    let second = |time: Timestamp| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let body = json!({
        "id": account.id,
        "message": "Service account updated",
        "name": account.name,
        "serviceaccount": {
            "id": account.id,
            "name": account.name,
            "login": account.login(),
            "orgId": 1,
            "isDisabled": account.disabled,
            "createdAt": second(account.created),
            // The recorded server showed the time of the update before this one.
            "updatedAt": second(account.updated),
            "avatarUrl": moment.avatar,
            "role": account.role,
            "teams": null,
        },
    });
    account.updated = now;
    say::json(200, &body)
}
