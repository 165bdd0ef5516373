//! Who asks: service accounts, their tokens, and what Grafana remembers of them for a while.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};

use crate::config::{Role, Token};

/// How long an account that was enabled again is refused, and a lowered role still writes: both
/// were recorded, their exact times were not.
const REMEMBERED: SignedDuration = SignedDuration::from_secs(5);
/// The recorded server's own administrator.
const ADMIN: &str = "admin:admin";

/// Whoever asks, known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Who {
    pub(crate) login: String,
    pub(crate) role: Role,
}

/// Why somebody is not known.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) message: &'static str,
    /// Whether the answer carries an empty trace.
    pub(crate) traced: bool,
}

/// A service account.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) disabled: bool,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    before: Option<(Role, Timestamp)>,
    refused_until: Option<Timestamp>,
}

#[derive(Debug)]
struct Key {
    id: i64,
    account: i64,
    key: String,
    expires: Option<Timestamp>,
}

/// Every account and every token.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    accounts: Vec<Account>,
    keys: Vec<Key>,
    made_keys: i64,
}

impl Account {
    pub(crate) fn login(&self) -> String {
        format!("sa-{}", self.name)
    }

    /// Changes the role; the old one holds for a while.
    pub(crate) fn change_role(&mut self, role: Role, now: Timestamp) {
        self.before = Some((self.role, later(now, REMEMBERED)));
        self.role = role;
    }

    /// Disables or enables; an enabled one is refused for a while.
    pub(crate) fn change_disabled(&mut self, disabled: bool, now: Timestamp) {
        self.refused_until = (self.disabled && !disabled).then(|| later(now, REMEMBERED));
        self.disabled = disabled;
    }

    fn role_at(&self, now: Timestamp) -> Role {
        self.before.filter(|(_, until)| now < *until).map_or(self.role, |(role, _)| role)
    }
}

impl Accounts {
    pub(crate) fn new(tokens: &[Token], now: Timestamp) -> Self {
        let mut accounts = Self::default();
        for token in tokens {
            let account = accounts.add(&token.account, token.role, now).id;
            accounts.add_key(account, &token.key, None);
        }
        accounts
    }

    /// Makes an account; the administrator is number 1.
    pub(crate) fn add(&mut self, name: &str, role: Role, now: Timestamp) -> &Account {
        let account = Account {
            id: self.accounts.iter().map(|account| account.id).max().unwrap_or(1) + 1,
            name: name.to_owned(),
            role,
            disabled: false,
            created: now,
            updated: now,
            before: None,
            refused_until: None,
        };
        self.accounts.push_mut(account)
    }

    pub(crate) fn find(&mut self, id: i64) -> Option<&mut Account> {
        self.accounts.iter_mut().find(|account| account.id == id)
    }

    /// Gives an account a token and returns the token's number.
    pub(crate) fn add_key(&mut self, account: i64, key: &str, expires: Option<Timestamp>) -> i64 {
        self.made_keys += 1;
        self.keys.push(Key { id: self.made_keys, account, key: key.to_owned(), expires });
        self.made_keys
    }

    /// Takes a token away, and says whether there was one.
    pub(crate) fn drop_key(&mut self, account: i64, id: i64) -> bool {
        let before = self.keys.len();
        self.keys.retain(|key| (key.account, key.id) != (account, id));
        self.keys.len() < before
    }

    /// Who an `Authorization` header names.
    pub(crate) fn identify(&self, header: Option<&str>, now: Timestamp) -> Result<Who, Refusal> {
        let refuse = |message, traced| Err(Refusal { message, traced });
        let Some(header) = header else { return refuse("Unauthorized", false) };
        match header.trim().split_once(' ') {
            Some(("Bearer", token)) => self.by_token(token.trim(), now),
            Some(("Basic", text)) if STANDARD.decode(text).is_ok_and(|pair| pair == ADMIN.as_bytes()) => {
                Ok(Who { login: "admin".to_owned(), role: Role::Admin })
            }
            Some(("Basic", _)) => refuse("invalid username or password", true),
            _ => refuse("Invalid Basic Auth Header", true),
        }
    }

    fn by_token(&self, token: &str, now: Timestamp) -> Result<Who, Refusal> {
        let refuse = |message, traced| Err(Refusal { message, traced });
        let Some(key) = self.keys.iter().find(|key| key.key == token) else {
            return refuse("invalid API key", true);
        };
        if key.expires.is_some_and(|expires| expires <= now) {
            return refuse("Expired API key", false);
        }
        match self.accounts.iter().find(|account| account.id == key.account) {
            Some(account) if account.disabled || account.refused_until.is_some_and(|until| now < until) => {
                refuse("Service account is disabled", false)
            }
            Some(account) => Ok(Who { login: account.login(), role: account.role_at(now) }),
            None => refuse("invalid API key", true),
        }
    }
}

/// The end of a span of time; the end of all times where it does not fit.
pub(crate) fn later(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.checked_add(span).unwrap_or(Timestamp::MAX)
}
