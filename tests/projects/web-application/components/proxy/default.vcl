vcl 4.1;
import directors;

@@ for address in component.applications
backend shop{{loop.index}} { .host = "{{address.connect.host}}"; .port = "{{address.connect.port}}"; }
@@ endfor

sub vcl_init {
    new shop = directors.round_robin();
@@ for address in component.applications
    shop.add_backend(shop{{loop.index}});
@@ endfor
}

sub vcl_backend_response {
    set beresp.ttl = {{component.seconds}}s;
}
