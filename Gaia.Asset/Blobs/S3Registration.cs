using Amazon.Runtime;
using Amazon.S3;

namespace Gaia.Asset.Blobs;

internal static class S3Registration
{
    public static AmazonS3Client CreateClient(S3Options options)
    {
        var config = new AmazonS3Config
        {
            AuthenticationRegion = options.Region,

            // Somebody waits for most calls.
            MaxErrorRetry = 1,

            // Checksums that only Amazon's own store understands stay away unless a call needs one.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.ToString();
            config.ForcePathStyle = true;
        }
        else
        {
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        }

        return options.AccessKey is { Length: > 0 } key ? new(new BasicAWSCredentials(key, options.SecretKey), config) : new(config);
    }
}
