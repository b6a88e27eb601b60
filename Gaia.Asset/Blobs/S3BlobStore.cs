using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;

namespace Gaia.Asset.Blobs;

/// <summary>Blobs as objects of a bucket.</summary>
internal sealed partial class S3BlobStore(IOptions<S3Options> options, ILogger<S3BlobStore> logger) : IBlobStore, IDisposable
{
    private readonly AmazonS3Client client = S3Registration.CreateClient(options.Value);
    private readonly string bucket = options.Value.Bucket!;
    private bool isUnavailable;

    public Task PutAsync(Blob blob, string file, CancellationToken ct) =>
        ReachAsync(() => client.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = blob.Key, FilePath = file, UseChunkEncoding = false }, ct));

    public async Task<Stream?> OpenAsync(Blob blob, CancellationToken ct)
    {
        try
        {
            await ReachAsync(() => client.GetObjectMetadataAsync(bucket, blob.Key, ct));
            return new S3BlobStream(this, blob);
        }
        catch (AmazonS3Exception gone) when (gone.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>The bytes from one place to the end.</summary>
    public Task<GetObjectResponse> ReadAsync(Blob blob, long from, CancellationToken ct) =>
        ReachAsync(() => client.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = blob.Key, ByteRange = new(from, blob.Size - 1) }, ct));

    public Task DeleteAsync(Blob blob, CancellationToken ct) => ReachAsync(() => client.DeleteObjectAsync(bucket, blob.Key, ct));

    public void Dispose() => client.Dispose();

    private async Task<T> ReachAsync<T>(Func<Task<T>> call)
    {
        try
        {
            var answer = await call();
            isUnavailable = false;
            return answer;
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException or HttpRequestException && e is not AmazonS3Exception { StatusCode: HttpStatusCode.NotFound, ErrorCode: not "NoSuchBucket" })
        {
            if (!Interlocked.Exchange(ref isUnavailable, true))
            {
                LogAway(bucket, e.Message);
            }

            throw new UnavailableException("The file store", e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Bucket {Bucket} cannot be reached, or refuses: {Reason}")]
    private partial void LogAway(string bucket, string reason);
}
