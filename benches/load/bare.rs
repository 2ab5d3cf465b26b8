//! The framework without a desk: a page of a given size from memory, with the
//! headers that the desk sends.

use actix_web::{App, HttpResponse, HttpServer, rt, web};

#[expect(
    clippy::print_stderr,
    reason = "it says where it listens as the desk does"
)]
pub(crate) fn serve(size: usize) {
    let page = web::Bytes::from(vec![b'x'; size]);
    let answer = move || {
        let page = page.clone();
        async move {
            HttpResponse::Ok()
                .insert_header(("ETag", "\"0123456789abcdef0123456789abcdef\""))
                .insert_header(("Cache-Control", "public, max-age=60"))
                .insert_header(("Vary", "Cookie"))
                .insert_header(("Content-Type", "text/html; charset=utf-8"))
                .body(page)
        }
    };
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    rt::System::new().block_on(async move {
        let server = HttpServer::new(move || App::new().default_service(web::to(answer.clone())))
            .workers(workers)
            .bind("127.0.0.1:0")
            .expect("a port");
        eprintln!(
            "the bare framework is open at http://{};",
            server.addrs()[0]
        );
        server.run().await.expect("it serves");
    });
}
