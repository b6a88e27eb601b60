using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Volume names as Aspire makes them: <c>{apphost}-{hash of its path}-{resource}-{suffix}</c>.</summary>
public static class VolumeNameGenerator
{
    private const int HashLength = 10;

    public static string Generate<T>(IResourceBuilder<T> builder, string suffix)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        var application = builder.ApplicationBuilder;
        var name = string.Concat(application.Environment.ApplicationName.Select((c, i) =>
            char.IsAsciiLetterOrDigit(c) || (i > 0 && c is '_' or '.' or '-') ? char.ToLowerInvariant(c) : '_'));
        return $"{name}-{application.Configuration["AppHost:Sha256"]![..HashLength].ToLowerInvariant()}-{builder.Resource.Name}-{suffix}";
    }

    internal static IResourceBuilder<T> WithVolumeAt<T>(this IResourceBuilder<T> builder, string? name, string target, bool isReadOnly)
        where T : ContainerResource
        => builder.WithAnnotation(new ContainerMountAnnotation(name ?? Generate(builder, "data"), target, ContainerMountType.Volume, isReadOnly));
}
