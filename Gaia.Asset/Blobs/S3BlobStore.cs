using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;

namespace Gaia.Asset.Blobs;

/// <summary>Blobs as objects of a bucket.</summary>
internal sealed class S3BlobStore(IOptions<S3Options> options) : IBlobStore, IDisposable
{
    private readonly AmazonS3Client client = S3Registration.CreateClient(options.Value);
    private readonly string bucket = options.Value.Bucket!;

    public Task Put(Blob blob, string file, CancellationToken ct) =>
        client.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = blob.Key, FilePath = file, UseChunkEncoding = false }, ct);

    public async Task<Stream?> Open(Blob blob, CancellationToken ct)
    {
        try
        {
            await client.GetObjectMetadataAsync(bucket, blob.Key, ct);
            return new S3BlobStream(client, bucket, blob);
        }
        catch (AmazonS3Exception gone) when (gone.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public Task Delete(Blob blob, CancellationToken ct) => client.DeleteObjectAsync(bucket, blob.Key, ct);

    public void Dispose() => client.Dispose();
}
