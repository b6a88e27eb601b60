using System.Security.Cryptography;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The ids of the running copies of a resource: <c>{name}-{random}</c> for a process, the name itself for anything else.</summary>
internal sealed class ResourceInstances(string[] ids) : IResourceAnnotation
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz";
    private const int SuffixLength = 8;

    public string[] Ids => ids;

    public static string[] Of(IResource resource) =>
        resource.TryGetLastAnnotation<ResourceInstances>(out var instances) ? instances.Ids : [resource.Name];

    public static ResourceInstances Create(IResource resource) =>
        new([.. Enumerable.Range(0, resource.GetReplicaCount())
            .Select(_ => $"{resource.Name}-{RandomNumberGenerator.GetString(Alphabet, SuffixLength)}")]);
}
