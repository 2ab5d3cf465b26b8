//! The log: receipts of its entries.

use actix_web::web;

use crate::desk::receipts;
use crate::domain::ids::EntryIndex;
use crate::web::pages::tlog::Wanted;
use crate::web::problem::Problem;
use crate::web::state::App;

use super::answer::Public;
use super::asked::Asked;
use super::file::Proof;

pub(in crate::web) async fn receipt(
    app: web::Data<App>,
    entry: web::Path<EntryIndex>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Public<Proof>, Problem> {
    let found = wanted.of(&app, *entry).await?;
    let receipt = found.ok_or_else(Problem::not_found)?;
    let name = receipts::file_name(*entry);
    Ok(Public(Proof { receipt, name }))
}
