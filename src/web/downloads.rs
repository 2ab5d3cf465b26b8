//! Files of any size, sent as they are written. A part is written when the
//! reader has taken the one before: nobody who is slow or gone holds a
//! transaction, a thread or more memory than one part.

use actix_web::error::ErrorRequestTimeout;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use futures_util::stream;

use crate::desk::people::SignedIn;
use crate::desk::{Desk, DeskError};
use crate::store::log;

use super::cached::{FRESH, is_known};
use super::lasting::LetIn;
use super::pass::Pass;
use super::problem::Problem;
use super::render::Answer;
use super::shares::Whose;
use super::state::App;

/// A file as browsers keep it.
pub(super) struct File {
    /// Its name on the reader's disk.
    pub(super) name: String,
    /// What it is.
    pub(super) media_type: &'static str,
    /// What stands before its first part.
    pub(super) head: &'static str,
}

/// A file for those who are signed in, for as long as they are. `next` writes its
/// parts, nothing at the end; an error in the first is answered, a later one breaks
/// the file off, so that nobody takes half of it for the whole.
pub(super) async fn attachment<N>(
    app: &App,
    request: &HttpRequest,
    file: File,
    mut next: N,
) -> Answer
where
    N: FnMut(&Desk) -> Result<Option<Vec<u8>>, DeskError> + Send + 'static,
{
    let let_in = LetIn::of(request, app);
    let next = move |desk: &Desk| match &let_in {
        Some(let_in) if !let_in.lasts(desk)? => Err(DeskError::NotSignedIn),
        _ => next(desk),
    };
    send(app, HttpResponse::Ok(), (file, None), next).await
}

/// A file for everybody, or word that whoever asks has it already. What it
/// says follows from the log, so the length of the log tells one state of it
/// from another. Strangers have it written when it is their turn.
pub(super) async fn public<N>(app: &App, request: &HttpRequest, file: File, next: N) -> Answer
where
    N: FnMut(&Desk) -> Result<Option<Vec<u8>>, DeskError> + Send + 'static,
{
    let size = app.desk(|desk| desk.read(|db| Ok(log::size(db)?))).await?;
    let tag = format!("\"{}-{size}\"", env!("CARGO_PKG_VERSION"));
    let is_known = is_known(request, &tag);
    let mut answer = if is_known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    answer.insert_header((ETAG, format!("W/{tag}")));
    answer.insert_header((CACHE_CONTROL, FRESH));
    if is_known {
        return Ok(answer.finish());
    }
    let is_stranger = request.extensions().get::<SignedIn>().is_none();
    let pass = if is_stranger {
        Some(app.pass(Whose::of(app, request)).await?)
    } else {
        None
    };
    send(app, answer, (file, pass), next).await
}

async fn send<N>(
    app: &App,
    mut answer: actix_web::HttpResponseBuilder,
    (file, pass): (File, Option<Pass>),
    next: N,
) -> Answer
where
    N: FnMut(&Desk) -> Result<Option<Vec<u8>>, DeskError> + Send + 'static,
{
    let (mut first, next) = written(app, next).await?;
    if let Some(first) = &mut first {
        first.splice(0..0, file.head.bytes());
    }
    let state = (app.clone(), first, next, pass);
    let parts = stream::try_unfold(state, |(app, ready, next, pass)| async move {
        if let Some(pass) = &pass {
            pass.goes_on().map_err(ErrorRequestTimeout)?;
        }
        let (part, next) = match ready {
            Some(part) => (Some(part), next),
            None => written(&app, next).await?,
        };
        let part = part.map(|part| (web::Bytes::from(part), (app, None, next, pass)));
        Ok::<_, actix_web::Error>(part)
    });
    Ok(answer
        .insert_header((CONTENT_TYPE, file.media_type))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}\"", file.name),
        ))
        .streaming(parts))
}

/// Has the next part written where it may block.
async fn written<N>(app: &App, mut next: N) -> Result<(Option<Vec<u8>>, N), Problem>
where
    N: FnMut(&Desk) -> Result<Option<Vec<u8>>, DeskError> + Send + 'static,
{
    app.desk(move |desk| Ok((next(desk)?, next))).await
}
