"""What was fetched, kept as it came: WARC files in a folder or a bucket, written as work goes on and read again later.

`writer` takes captures; `frames` and `warc` read files of ours and of others; `places` knows where files are. It knows
no news: what a service needs to do its work again is text of the service's own, kept beside the bytes.
"""
