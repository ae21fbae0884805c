"""What people said of samples: brought as files, compared, and held against predictions."""
