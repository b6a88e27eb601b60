namespace Aspire.Hosting.ApplicationModel;

/// <summary>The finished graph.</summary>
public class DistributedApplicationModel
{
    public DistributedApplicationModel(IResourceCollection resources) => Resources = resources ?? throw new ArgumentNullException(nameof(resources));

    public DistributedApplicationModel(IEnumerable<IResource> resources)
    {
        Resources = new ResourceCollection();
        foreach (var resource in resources)
        {
            Resources.Add(resource);
        }
    }

    public IResourceCollection Resources { get; }
}
