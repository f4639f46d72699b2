"""What moto lacks for this system, one module per gap; applied to the server's own process only (``close``)."""
