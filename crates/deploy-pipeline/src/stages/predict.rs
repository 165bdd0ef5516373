//! Predict: Helm's own writes, made dry.

use helm_driver::{Class, Error, Prediction};

use crate::Stop;
use crate::site::Site;
use crate::upgrade_request::upgrade;
use crate::work::Work;

/// What Helm would do.
pub(crate) enum Predicted {
    /// This.
    Known(Box<Prediction>),
    /// Nothing can be said before an earlier step is done; the stop is what it is once they are.
    NotYet(Box<Stop>),
}

/// Lets Helm upgrade a release against a relay under which nothing lasts.
pub(crate) async fn predict(site: &Site, work: &Work) -> Result<Predicted, Stop> {
    let request = upgrade(site, &work.input)?;
    match site.driver.predict(request).await {
        Ok(prediction) => Ok(Predicted::Known(Box::new(prediction))),
        Err(error) if may_come(site, work, &error) => Ok(Predicted::NotYet(Box::new(Stop::failed(&error)))),
        Err(error) => Err(Stop::failed(&error)),
    }
}

/// Whether an earlier step, or the lock, may bring what Helm misses.
fn may_come(site: &Site, work: &Work, error: &Error) -> bool {
    let Error::Failed(failure) = error else { return false };
    let is_first = site.member.steps.first().is_some_and(|step| step.name == work.input.step);
    match failure.class {
        Class::NoNamespace => true,
        Class::NoSuchKind => !is_first,
        _ => false,
    }
}
