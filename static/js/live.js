// What colleagues do appears without a reload.
