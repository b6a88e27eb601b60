using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gaia.Gateway.Conventions;

/// <summary>What holds for every route of the public API, whoever answers it.</summary>
internal static class ConventionsRegistration
{
    private static readonly string[] ReadableHeaders =
        [RequestId.Header, PositionHeader.Name, "RateLimit", "RateLimit-Policy", "Retry-After", "ETag", "Location", "Content-Disposition"];

    public static void AddConventions(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<CorsOptions>().BindConfiguration(CorsOptions.Section).ValidateDataAnnotations();
        builder.Services.AddOptionsWithValidateOnStart<UploadOptions>().BindConfiguration(UploadOptions.Section).ValidateDataAnnotations();
        var origins = (builder.Configuration.GetSection(CorsOptions.Section).Get<CorsOptions>() ?? new()).Origins();

        // Credentials are headers that scripts set themselves, so cookies and their kind are not asked for.
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy.WithOrigins(origins).AllowAnyHeader().AllowAnyMethod().WithExposedHeaders(ReadableHeaders)));

        builder.Services.AddResponseCompression();
        builder.Services.AddSingleton<IResponseCompressionProvider, LargeResponseCompression>();

        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = BodyLimit.Default.MaxRequestBodySize;
        });
    }

    public static void UseConventions(this IApplicationBuilder app)
    {
        app.UseMiddleware<ResponseHeadersMiddleware>();
        app.UseCors();
        app.UseResponseCompression();
        app.Use(ContentEncodingCheck.CheckAsync);
        app.Use(CharsetCheck.CheckAsync);
        app.Use(BodyLimit.CheckAsync);
    }
}
